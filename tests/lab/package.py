"""Packages of problems: made for a test, brought to a site, and what stands of them in the database."""

import io
import zipfile

from .process import TOP, wait_until

PROBLEMS = TOP / "tests" / "problems"
NAMES = sorted(path.name for path in PROBLEMS.iterdir() if path.is_dir())

MINIMAL = {
    "problem.yaml": "problem_format_version: 2025-09\nname: Least\nuuid: 1\n",
    "statement/problem.en.md": "Print $n$.\n",
    "data/secret/1.in": "1\n",
    "data/secret/1.ans": "1\n",
    "submissions/accepted/a.py": "print(input())\n",
}


def packed(files, prefix=""):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as z:
        for name, content in files.items():
            if isinstance(name, zipfile.ZipInfo):
                z.writestr(name, content)
            else:
                info = zipfile.ZipInfo(prefix + name)  # of no time: the same files are the same bytes
                info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
                z.writestr(info, content)
    return data.getvalue()


def settled(site, slug, seconds=400):
    """Whether the problem was found sound, its time limit, and what came of each solution."""
    wait_until(lambda: site.sql("SELECT 1 FROM problem p JOIN problem_version v ON v.id = p.version_id WHERE p.slug = %s"
                                " AND v.state >= 2", slug), seconds, f"the verification of {slug}")
    (state, time_ms), = site.sql("SELECT v.state, v.time_ms FROM problem p JOIN problem_version v ON v.id = p.version_id"
                                 " WHERE p.slug = %s", slug)
    return state == 2, time_ms, {path: (outcome, said) for path, outcome, said in site.sql(
        "SELECT s.path, s.outcome, s.said FROM jury_solution s JOIN problem p ON p.version_id = s.version_id"
        " WHERE p.slug = %s", slug)}


def bring(site, folder, name, files, *more):
    """Imports a package of these files."""
    path = folder / f"{name}.zip"
    path.write_bytes(packed(files))
    path.chmod(0o644)
    site.podium.cli("problem", "import", str(path), *more)


def state_of(postgres, database, slug):
    """All of a problem's version that its package says; bytes by their macs under the same key would differ, so sizes."""
    ask = {
        "version": "SELECT to_json(v) FROM (SELECT name, author, source, source_url, license, is_scoring, is_interactive,"
                   " is_multipass, passes, validator, validator_flags, grading, maximize, time_ms, time_is_suggested,"
                   " time_multiplier, time_margin, time_resolution_ms, memory_mib, output_kib, code_kib, build_ms, build_mib,"
                   " check_ms, check_mib, check_kib, languages, may_write_files, validator_scores, submits_answers, encode(data_hash, 'hex') AS h FROM"
                   " problem_version WHERE id = {}) v",
        "texts": "SELECT lang, title, html FROM problem_text WHERE version_id = {} ORDER BY lang",
        "tests": "SELECT t.path, t.is_sample, i.size, a.size, t.args, t.validator_flags, t.hint, t.description FROM testcase t"
                 " JOIN problem_blob i ON i.id = t.input_id JOIN problem_blob a ON a.id = t.answer_id WHERE version_id = {}"
                 " ORDER BY ordinal",
        "groups": "SELECT path, config::text FROM test_group WHERE version_id = {} ORDER BY path",
        "files": "SELECT f.role, f.path, b.size FROM problem_file f JOIN problem_blob b ON b.id = f.blob_id WHERE version_id = {}"
                 " ORDER BY 1, 2",
        "solutions": "SELECT path, language, entry, expected::text, sets_time FROM jury_solution WHERE version_id = {} ORDER BY path",
    }
    (version,), = postgres.execute(database, f"SELECT version_id FROM problem WHERE slug = '{slug}'")
    state = {name: postgres.execute(database, text.format(version)) for name, text in ask.items()}
    state["version"][0][0].pop("h")
    return state
