package shop.images

import data.shop
import data.shop.images
import data.shop.images as own

from_hub contains image if {
	some image in input.images
	not contains(image, "/")
}

tag(image) := split(image, ":")[1]

deny contains sprintf("%s is from a hub", [image]) if images.from_hub[image]

deny contains sprintf("%s has the tag %s", [image, own.tag(image)]) if some image in shop.images.from_hub

warn contains "no image" if count(own.from_hub) == 0

exception contains ["old"] if "nginx:1" in own.from_hub

deny_old contains "old" if count(images.from_hub) > 0
