package store_test

import (
	"testing"

	"pregon/store"
)

// BenchmarkCheck is what a change in the audience of a draft costs before its effect is shown.
func BenchmarkCheck(b *testing.B) {
	shop := multitude(b, multitudeSize(b))
	draft := store.Draft{Template: "offer", Language: "en", Audience: "sendable:yes", Bindings: store.Bindings{"1": {Value: "x"}}}
	for b.Loop() {
		if check, err := shop.CheckDraft(b.Context(), draft); err != nil || check.Sendable == 0 {
			b.Fatalf("%+v, %v", check, err)
		}
	}
}
