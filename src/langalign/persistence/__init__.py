"""Components as folders of safetensors + JSON, nested, written whole or not at all.

Nothing is ever unpickled: a folder names a registered class, its parameters and its learned
state, and loading looks the class up. Every model folder lists the checksum of each of its files,
the list's own included, so that a damaged or half-written folder is distinguished from a good one.
"""

from langalign.persistence.arrays import load_arrays, save_arrays
from langalign.persistence.component_folder import WEIGHTS, load_component, save_component
from langalign.persistence.config_folder import CONFIG, FORMAT_VERSION, read_config, write_folder
from langalign.persistence.integrity import checksums, require_seal, sealed, sha256_of, verify
from langalign.persistence.json_file import write_json, write_text

__all__ = [
    "CONFIG",
    "FORMAT_VERSION",
    "WEIGHTS",
    "checksums",
    "load_arrays",
    "load_component",
    "read_config",
    "require_seal",
    "save_arrays",
    "save_component",
    "sealed",
    "sha256_of",
    "verify",
    "write_folder",
    "write_json",
    "write_text",
]
