"""analyze: what a dataset says about a target before anything is trained."""
