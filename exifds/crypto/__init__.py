"""Encryption of personal fields: the keyring, where its master key comes from, and the seal of a document."""

from exifds.crypto.keyfile import load, load_or_create, save
from exifds.crypto.keyring import DataKey, Keyring
from exifds.crypto.stored import State

__all__ = ["DataKey", "Keyring", "State", "load", "load_or_create", "save"]
