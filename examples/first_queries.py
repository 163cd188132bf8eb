"""First queries: a folder of photos becomes a dataset and a table.

python examples/first_queries.py ~/Pictures holidays
"""

import sys

import exifds

folder, name = sys.argv[1:]
with exifds.open(name) as ds:
    report = ds.ingest(folder, concepts_from_folders=True)
    print(f"{report.stored} stored, {report.known} known, {len(report.failed)} failed")
    print(f"{ds.geocode()} photos got a place")
    frame = ds.find({"camera_status": "ok"}).to_pandas()

print("\nmedian exposure by label")
numbers = ["camera.exposure_time", "camera.f_number", "camera.iso", "camera.focal_length"]
numbers = [column for column in numbers if column in frame]
if "concepts" in frame and numbers:
    print(frame.explode("concepts").groupby("concepts")[numbers].median())

print("\nphotos by country and camera")
if {"place.country", "camera.model"} <= set(frame):
    print(frame.groupby(["place.country", "camera.model"], observed=True).size().nlargest(10).to_string())

print("\nshare of photos with each camera tag")
tags = [column for column in frame.columns.astype(str) if column.startswith("camera.")]
print(frame[tags].notna().mean().sort_values(ascending=False).round(2).to_string())
