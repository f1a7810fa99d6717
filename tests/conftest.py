"""What several test modules use: the sample page, and a graph built from it once."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

collect_ignore = ["example_stage"]  # a package of its own, whose tests test_own_stage.py runs


@pytest.fixture(scope="session")
def sample_page() -> Path:
    return ROOT / "data" / "sample" / "page.txt"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of gold and reference files that lies beside a developer's checkout, and nowhere else."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the shared folder beside the checkout")
    return folder


@pytest.fixture(scope="session")
def built(sample_page: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a build of the sample page; not to be changed."""
    from kg import api

    out = tmp_path_factory.mktemp("built")
    api.build([sample_page], out)
    return out
