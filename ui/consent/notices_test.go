package consent_test

import (
	"testing"

	"pregon/assets"
	"pregon/store"
)

// notices are the wordings that every shop begins with.
func notices(tb testing.TB) []store.NoticeText {
	tb.Helper()
	all, err := assets.Notices()
	if err != nil {
		tb.Fatal(err)
	}
	texts := make([]store.NoticeText, 0, len(all))
	for _, n := range all {
		texts = append(texts, store.NoticeText{ID: n.ID, Language: n.Language, Text: n.Text})
	}
	return texts
}
