"""The package itself: its public names, and what importing it loads."""

import subprocess
import sys

import langalign.data


def test_public_names_are_there():
    for name in langalign.data.__all__:
        assert hasattr(langalign.data, name)
    assert langalign.data.__all__ == sorted(langalign.data.__all__)


def test_importing_it_loads_no_heavy_package():
    code = (
        "import sys, langalign.data; "
        "print(*{'pyarrow', 'defusedxml', 'torch', 'sklearn', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
