"""Whether two reports agree within their intervals."""

from train.evaluation.report.comparison import agree, compare
from train.evaluation.report.document import Report
from train.evaluation.report.tables import Table


def report(name: str = "talk", **rows) -> Report:
    made = Report()
    made.add("section", [Table(name, "Talk", ("first", "second"), rows, "test", 3)], "commit")
    return made


def test_means_agree_within_both_intervals():
    assert agree((1.0, 0.3), (1.4, 0.4)) and agree((2.0, 0.0), (2.0, 0.0))
    assert not agree((1.0, 0.1), (1.2, 0.1)) and not agree((2.0, 0.0), (2.001, 0.0))


def test_what_is_apart_is_named_and_bare_numbers_are_left_out():
    found = compare(
        report(base=((1.0, 0.1), 3), ours=((5.0, 0.1), (0.2, 0.1))),
        report(base=((1.1, 0.1), 9), ours=((4.0, 0.1), None)),
    )
    assert found.agreeing == 1 and [where for where, _, _ in found.differing] == ["talk, ours, first"]
    assert (
        "1 of 2 numbers" in found.text()
        and "differs: talk, ours, first: 5.000 ± 0.100 and 4.000 ± 0.100" in found.text()
    )


def test_tables_and_rows_of_one_report_alone_are_named():
    found = compare(report(base=(None, None), ours=(None, None)), report(base=(None, None)))
    assert found.unmatched == ("talk, ours",)
    assert compare(report("talk", base=(None, None)), report("gate", base=(None, None))).unmatched == ("gate", "talk")


def test_columns_are_matched_by_name():
    one, other = report(base=((1.0, 0.1), (2.0, 0.1))), Report()
    other.add(
        "section", [Table("talk", "Talk", ("second", "first"), {"base": ((2.0, 0.1), (1.0, 0.1))}, "test", 3)], "commit"
    )
    assert compare(one, other).agreeing == 2
