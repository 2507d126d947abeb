"""Each package that is installed has a licence that was looked at; docs/licences.md names them all."""

from __future__ import annotations

import importlib.util

import pytest

from tests.conftest import REPOSITORY


@pytest.fixture(scope="module")
def licences():
    found = importlib.util.spec_from_file_location("licences", REPOSITORY / "bench" / "licences.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_page_names_the_licence_of_each_installed_package(licences) -> None:
    listed = licences.listed()
    here = licences.closure("dev")
    assert len(licences.closure()) > 100
    assert {name: licences.stated(name) for name in here} == {
        name: listed.get(name, ("", ""))[0] for name in here
    }


def test_the_page_lists_what_the_lock_files_lock(licences) -> None:
    locked = {name: needed for needed, path in licences.LOCKED.items() for name in licences.locked(path)}
    assert {name: needed for name, (_, needed) in licences.listed().items()} == locked


def test_no_package_is_under_the_gpl_or_a_licence_that_nobody_looked_at(licences) -> None:
    wrong = [licences.refused(name, licence) for name, (licence, _) in licences.listed().items()]
    assert [why for why in wrong if why] == []


@pytest.mark.parametrize(
    ("name", "licence"),
    [
        ("strange", "GPL-3.0-or-later"),
        ("strange", "MIT AND AGPL-3.0-only"),
        ("strange", "GPL-2.0-only OR MIT"),
        ("strange", "LGPL-2.1-or-later"),
        ("strange", "MPL-2.0"),
        ("strange", "none stated"),
    ],
)
def test_what_may_not_be_used_is_refused(licences, name, licence) -> None:
    assert name in licences.refused(name, licence)


def test_each_package_under_the_mpl_has_its_reason_on_the_page(licences) -> None:
    listed = licences.listed()
    assert {name for name, (licence, _) in listed.items() if "MPL-2.0" in licence} == licences.NAMED
    above = licences.PAGE.read_text("utf-8").partition(licences.BEGIN)[0]
    assert [name for name in licences.NAMED | licences.NONE_STATED if name not in above] == []
