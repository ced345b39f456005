"""The example's kiosk file is what its generator makes."""

import subprocess
import sys
from importlib import resources
from pathlib import Path

GENERATOR = Path(__file__).parent / "make_kiosk.py"


def test_the_carried_file_is_the_generated_one(tmp_path):
    """The file that the example brings is byte for byte what its generator writes today."""
    made = tmp_path / "made.csv"
    subprocess.run([sys.executable, GENERATOR, made], check=True)
    carried = resources.files("omoto_kit.journey") / "example" / "data" / "kiosk-april.csv"
    assert made.read_bytes() == carried.read_bytes()
