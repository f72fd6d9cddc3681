"""How growth is judged, and the page of figures that is made of it."""

import pytest

from bench import growth, plots

US = dict.fromkeys(plots.CALLS, 1000.0)


def sizes(cost):
    """Figures of 1,000 and 100,000 people; finalizing takes `cost(people)` seconds."""
    return {
        str(people): {
            "us": US,
            "seconds": {"finalize": cost(people), "csv": 1.0, "xlsx": 1.0},
            "kib": {"finalize": 0, "csv": 10, "xlsx": 2048},
        }
        for people in (1000, 100_000)
    }


@pytest.mark.parametrize(("power", "is_named"), [(1, False), (2, True)])
def test_what_grows_faster_than_n_log_n_is_named(power, is_named):
    found = {"sqlite": sizes(lambda people: (people / 1000) ** power), "postgres": {"missing": "none here"}}
    *_, verdict, missing = growth.lines(found)
    assert ("finalize" in verdict) is is_named
    assert "could not be measured" in missing


def test_what_does_not_grow_is_far_below():
    assert growth.growth(sizes(lambda _: 1.0))["finalize"] <= 0.01


def test_equal_figures_give_equal_pictures_and_pages(tmp_path):
    results = {"machine": {"python": "3"}, "growth": {"sqlite": sizes(lambda people: people / 1000)}}
    drawn = [[path.read_bytes() for path in plots.draw(results["growth"], tmp_path / name)] for name in "ab"]
    assert drawn[0] == drawn[1]
    page = tmp_path / "page.md"
    page.write_text(f"trước\n{plots.BEGIN}\ncũ\n{plots.END}\nsau\n", encoding="utf-8")
    plots.renew(page, results)
    once = page.read_text(encoding="utf-8")
    plots.renew(page, results)
    assert page.read_text(encoding="utf-8") == once
    assert "cũ" not in once
    assert "| Finalize | 1.0 s, 0 MiB | 100.0 s, 0 MiB |" in once
