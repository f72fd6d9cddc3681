"""Contests of every kind: what was published follows from the records, by the product's rules and without them."""

import json
import zipfile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizapp.areas import queries as areas
from quizapp.contests import queries as contests
from quizapp.results import ranking_file, versions
from tests.records import checking, plans


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=plans.plans(), shuffled=st.randoms(use_true_random=False))
def test_both_programs_give_the_published_ranking_byte_for_byte(app, now, tmp_path, plan, shuffled):
    contest, end = plans.play(plan, now)
    path = checking.save(tmp_path, contest, end)
    assert checking.ours(path) is None
    assert checking.theirs(path) is None
    folder = tmp_path / contest.slug
    with zipfile.ZipFile(path) as file:
        file.extractall(folder)
    assert json.loads((folder / "key.json").read_text())["seed"] == contests.get_seed(contest.id).hex()
    # The order of the lines says nothing; the list of hashes would, so it is left out.
    (folder / "manifest.json").unlink()
    lines = (folder / "raw.jsonl").read_bytes().splitlines(keepends=True)
    shuffled.shuffle(lines)
    (folder / "raw.jsonl").write_bytes(b"".join(lines))
    assert checking.ours(folder) is None
    made = folder / "made"
    assert checking.run(folder / "rules.json", "--ghi", made).returncode == 0
    tree = areas.get_tree_by_id(contest.tree_id)
    for round_ in contest.rounds:
        published = b"".join(ranking_file.stream(versions.published(round_.id).id, tree))
        assert (folder / f"ranking-{round_.key}.csv").read_bytes() == published
        if (made / f"ranking-{round_.key}.csv").exists():
            assert (made / f"ranking-{round_.key}.csv").read_bytes() == published
