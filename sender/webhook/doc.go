// Package webhook receives what Meta tells: it checks the signature over the
// raw bytes, makes what it understands durable, and only then answers 200.
//
// Deliveries come at least once, in any order and in batches (cloudapi.md 6.2
// of Meta's pages: retried for up to seven days), so the store takes every
// status any number of times. What cannot be understood is answered with 200 as
// well: asking for it again would bring the same bytes.
package webhook
