"""One installation with a judge for the tests of one file; the engine alone for one test."""

import os
import pathlib
import tempfile

import pytest

from lab.engine import Judge
from lab.judging import Site


@pytest.fixture(scope="module")
def site(postgres, lab_folder):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="", dir=lab_folder))
    os.chmod(folder, 0o711)
    made = Site(folder, postgres).start()
    yield made
    made.stop()


@pytest.fixture()
def judge(tmp_path):
    return Judge(tmp_path)
