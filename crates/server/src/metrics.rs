//! Counters for operators, in the Prometheus text format at `/metrics`.

use std::time::Duration;

use issue::order::State;
use issue::store::Tally;
use jiff::Timestamp;
use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

/// Upper bounds of the histogram of seconds: an XML takes a millisecond, a photo some hundred.
const SECONDS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];

/// The counters of one server. Each server has its own, so that several can live in one process.
pub(crate) struct Metrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

impl Metrics {
    /// All at zero.
    pub(crate) fn new() -> Metrics {
        let builder = PrometheusBuilder::new();
        // The only refusal is for an empty list of bounds.
        let builder =
            builder.set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS).unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        let metrics = Metrics { recorder, handle };
        metrics.record(|| {
            describe_counter!("fapiao_recognition_requests_total", "Calls of the recognition API by error code (0: answered)");
            describe_histogram!("fapiao_recognition_seconds", Unit::Seconds, "From the call to its answer, by outcome");
            describe_counter!("fapiao_invoices_total", "Invoices found, by type code");
            describe_counter!("fapiao_issuing_requests_total", "Calls of the gate and the hive, and notices, by their own codes");
            describe_histogram!("fapiao_issuing_seconds", Unit::Seconds, "From the call to its answer");
            describe_gauge!("fapiao_orders", "Orders by state");
            describe_gauge!("fapiao_orders_oldest_waiting_seconds", Unit::Seconds, "Age of the oldest order that is not settled");
            describe_gauge!("fapiao_callbacks", "Callbacks that wait or were given up");
            describe_gauge!("fapiao_recognition_places_free", "Documents that would be accepted now; 0: calls are refused");
        });
        metrics
    }

    fn record(&self, what: impl FnOnce()) {
        metrics::with_local_recorder(&self.recorder, what);
    }

    /// A call of the recognition API was answered; `error` is 0 or the code of the API.
    pub(crate) fn recognition(&self, error: u16, took: Duration) {
        self.record(|| {
            counter!("fapiao_recognition_requests_total", "error" => error.to_string()).increment(1);
            let outcome = if error == 0 { "answered" } else { "refused" };
            histogram!("fapiao_recognition_seconds", "outcome" => outcome).record(took.as_secs_f64());
        });
    }

    /// A call of an API that issues was answered, with this code of its own.
    pub(crate) fn wire(&self, api: &'static str, code: &str, took: Duration) {
        self.record(|| {
            counter!("fapiao_issuing_requests_total", "api" => api, "code" => code.to_owned()).increment(1);
            histogram!("fapiao_issuing_seconds", "api" => api).record(took.as_secs_f64());
        });
    }

    /// Orders and callbacks as they stand.
    pub(crate) fn tally(&self, tally: &Tally, now: Timestamp) {
        self.record(|| {
            for state in State::ALL {
                let count = tally.orders.iter().find(|(of, _)| *of == state).map_or(0, |(_, count)| *count);
                gauge!("fapiao_orders", "state" => state.name()).set(count as f64);
            }
            let oldest = tally.oldest_waiting.map_or(0.0, |since| now.duration_since(since).as_secs_f64().max(0.0));
            gauge!("fapiao_orders_oldest_waiting_seconds").set(oldest);
            gauge!("fapiao_callbacks", "state" => "waiting").set(tally.callbacks_waiting as f64);
            gauge!("fapiao_callbacks", "state" => "given_up").set(tally.callbacks_given_up as f64);
        });
    }

    /// An invoice was found.
    pub(crate) fn invoice(&self, code: &'static str) {
        self.record(|| counter!("fapiao_invoices_total", "type" => code).increment(1));
    }

    /// The text for a scraper.
    pub(crate) fn render(&self, places_free: usize) -> String {
        self.record(|| gauge!("fapiao_recognition_places_free").set(places_free as f64));
        self.handle.run_upkeep();
        self.handle.render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_rendered() {
        let metrics = Metrics::new();
        metrics.recognition(0, Duration::from_millis(3));
        metrics.recognition(10006, Duration::from_millis(1));
        metrics.recognition(10006, Duration::from_millis(1));
        metrics.invoice("10107");
        let text = metrics.render(5);
        for line in [
            "fapiao_recognition_requests_total{error=\"0\"} 1",
            "fapiao_recognition_requests_total{error=\"10006\"} 2",
            "fapiao_recognition_seconds_bucket{outcome=\"answered\",le=\"0.005\"} 1",
            "fapiao_invoices_total{type=\"10107\"} 1",
            "fapiao_recognition_places_free 5",
        ] {
            assert!(text.lines().any(|l| l == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn servers_do_not_share_counters() {
        let (one, other) = (Metrics::new(), Metrics::new());
        one.invoice("10107");
        assert!(!other.render(0).contains("10107"));
    }
}
