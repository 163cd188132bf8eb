"""What must survive kills, races and full disks."""
