"""Who took the photos? Read it with PyMongo and cryptography alone; exifds is not imported.

exifds db start
exifds keys export | python examples/read_with_pymongo.py "$(exifds db uri)" holidays
"""

import json
import signal
import sys

from cryptography.fernet import Fernet
from pymongo import MongoClient

signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` ends it, as it ends cat
uri, dataset = sys.argv[1:]
fernet = Fernet(sys.stdin.readline().strip())
with MongoClient[dict[str, str]](uri) as client:
    photos = client.get_default_database("exifds")[dataset]
    for photo in photos.find({"exif": {"$exists": True}}):
        exif = json.loads(fernet.decrypt(photo["exif"]))
        print(photo["_id"], exif.get("IFD0", {}).get("Artist", "unknown"))
