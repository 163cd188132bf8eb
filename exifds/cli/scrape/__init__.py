"""`exifds scrape`: photos from Flickr, a module for each command."""
