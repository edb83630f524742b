import unittest

from orders import rows


def line(what, of, per_second, p99_ms=20.0, failed=0):
    return {"what": what, "of": of, "per_second": per_second, "p50_ms": 10.0, "p99_ms": p99_ms, "failed": failed}


class Rows(unittest.TestCase):
    def said(self, rate, p99_ms, failed=0):
        return [line("orders", "SQLite", rate, p99_ms, failed), line("orders, one client", "SQLite", 500), line("details", "SQLite", 20_000)]

    def test_rate_and_time_are_both_to_be_met(self):
        for rate, p99_ms, failed, met in ((12_000, 40, 0, True), (9_000, 40, 0, False), (12_000, 60, 0, False), (12_000, 40, 1, False)):
            self.assertEqual(rows(self.said(rate, p99_ms, failed))[0].met, met, (rate, p99_ms, failed))

    def test_the_median_of_the_rounds_is_told(self):
        said = [line("echo", "axum", rate) for rate in (1000, 3000, 2000)]
        self.assertIn("2,000 a second", rows(said)[0].figure)

    def test_memory_is_told(self):
        memory = {"what": "memory", "of": "SQLite", "orders": 1_000_123, "mib": 90, "seconds": 99}
        (row,) = rows([memory])
        self.assertTrue(row.met and "1,000,123" in row.what)


if __name__ == "__main__":
    unittest.main()
