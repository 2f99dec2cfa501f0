package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/intake"
)

func TestImportTellsHowFarItIs(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "book.csv")
	if err := os.WriteFile(path, make([]byte, 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	l := speaking(t, "en")
	var said bytes.Buffer
	now := time.Unix(0, 0)
	l.Err, l.Now, l.Env = &said, func() time.Time { return now }, func(string) string { return "" }
	m := l.meter(path)
	tests := []struct {
		name    string
		picture store.ImportProgress
		spent   time.Duration
		bar     bool
		want    string
	}{
		{"at once", store.ImportProgress{Step: store.ImportReading, Rows: 10, Bytes: 100}, time.Millisecond, false, "reading: 10 rows"},
		{"a quarter", store.ImportProgress{Step: store.ImportReading, Rows: 5000, Bytes: 250}, 10 * time.Second, false, "reading: 5,000 rows  500 a second  about 30 s left"},
		{"with a bar", store.ImportProgress{Step: store.ImportReading, Rows: 10, Bytes: 500}, 0, true, strings.Repeat("┃", 12) + strings.Repeat("│", 12) + " reading: 10 rows"},
		{"past the end", store.ImportProgress{Step: store.ImportReading, Rows: 10, Bytes: 5000}, 2 * time.Second, false, "reading: 10 rows  5 a second"},
		{"comparing", store.ImportProgress{Step: store.ImportComparing, Of: 10}, 2 * time.Second, true, "comparing 10 rows with the shop"},
		{"writing", store.ImportProgress{Step: store.ImportWriting, Rows: 30, Of: 40}, 0, false, "writing on the contacts: 30 of 40"},
		{"looking", store.ImportProgress{Step: store.ImportLooking, Rows: 1, Of: 4}, 0, true, strings.Repeat("┃", 6) + strings.Repeat("│", 18) + " looking who has a history by now: 1 of 4"},
		{"leaving", store.ImportProgress{Step: store.ImportLeaving, Rows: 20, Of: 40}, 2 * time.Second, false, "taking back: 20 of 40  10 a second  about 2 s left"},
		{"keeping", store.ImportProgress{Step: store.ImportKeeping, Rows: 20, Of: 40}, 2 * time.Second, false, "keeping: 20 of 40  10 a second  about 2 s left"},
	}
	for _, tt := range tests {
		m.live = tt.bar
		if got := m.text(tt.picture, tt.spent); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	m.live = false
	for second := range 10 {
		now = time.Unix(int64(second), 0)
		m.show(store.ImportProgress{Step: store.ImportReading, Rows: second, Bytes: 1})
	}
	m.end()
	if lines := strings.Count(said.String(), "\n"); lines != 3 || !strings.Contains(said.String(), "reading: 9 rows") {
		t.Errorf("%d lines:\n%s", lines, said.String())
	}
	if unknown := l.meter("-"); unknown.size != 0 {
		t.Errorf("the size of stdin is %d", unknown.size)
	}
}

// The words lie far from the codes: whoever adds a role or a reason has to say it.
func TestEveryCodeOfAFileHasWords(t *testing.T) {
	t.Parallel()
	l := speaking(t, "en")
	for _, role := range intake.Targets() {
		if l.say.Column(role) == "" && !strings.HasSuffix(role, ".") {
			t.Errorf("role %q has no words", role)
		}
	}
	for _, defect := range []intake.Defect{intake.DefectQuotes, intake.DefectColumns, intake.DefectLong, intake.DefectUnfinished} {
		if l.say.Reject(string(defect)) == "" {
			t.Errorf("defect %q has no words", defect)
		}
	}
	for _, sign := range []intake.Sign{intake.SignNoNames, intake.SignConsecutive, intake.SignForeign, intake.SignManyUnknown} {
		if l.say.Sign(string(sign)) == "" {
			t.Errorf("sign %q has no words", sign)
		}
	}
}
