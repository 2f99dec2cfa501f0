package intake_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pregon/store/intake"
)

func TestErrorsOfAFileKeepTheirCodeWhenTheyAreWrapped(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]string{
		intake.ErrEmpty: "empty_file", &intake.QuoteError{Line: 9}: "quote", &intake.SheetError{}: "sheet", errors.New("file is empty"): "",
	} {
		code, line := intake.Code(fmt.Errorf("read clientes.csv: %w", err))
		if code != want || (want == "quote") != (line == 9) {
			t.Errorf("%v, wrapped: %q in line %d, want %q", err, code, line, want)
		}
	}
}

// What is refused stands in files of strangers; an error may be shown and logged.
func TestErrorsShowLittleOfTheFileAndNoRawSigns(t *testing.T) {
	t.Parallel()
	hostile := "\x1b[2J" + strings.Repeat("6045550100 ", 1000)
	for _, err := range []error{
		&intake.FormatError{Found: intake.Format("\x1b[2J")}, &intake.HeaderError{Line: 1, Header: []string{hostile}},
		&intake.SheetError{Asked: hostile, Sheets: []string{hostile}}, &intake.MapError{Field: hostile, Header: hostile, Want: []string{hostile}},
	} {
		if text := err.Error(); strings.Contains(text, "\x1b") || len(text) > 300 {
			t.Errorf("%T says %.200q", err, text)
		}
	}
}

func TestErrorsSayTheLineTheyAreAbout(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		&intake.HeaderError{Line: 4711}, &intake.QuoteError{Line: 4711}, &intake.LimitError{Line: 4711, Limit: intake.LimitRecord, Max: intake.MaxRecord},
	} {
		if !strings.Contains(err.Error(), "4711") {
			t.Errorf("%T says %q, without its line", err, err)
		}
	}
}

func TestAColumnTurnedBackMeansWhatItsHeaderSays(t *testing.T) {
	t.Parallel()
	m := intake.Mapping{
		Columns: []intake.Column{{Header: "Tel"}, {Header: "Quién"}}, Header: true, Phone: true, Map: map[string]string{"name": "#2"},
	}
	if got := m.Given(1); got != intake.RoleName {
		t.Errorf("a column mapped by its place means %q", got)
	}
	if got := m.Given(0); got != "" {
		t.Errorf("a column that nobody gave a meaning means %q", got)
	}
	m.Turn(1, -1)
	if got := m.Given(1); got != "" || len(m.Map) != 0 {
		t.Errorf("turned back it means %q, the mapping is %v", got, m.Map)
	}
	m.Turn(1, -1)
	m.Turn(0, -1)
	if m.Given(0) != intake.RolePhone || m.Given(1) != "" {
		t.Errorf("two columns of numbers: %v", m.Map)
	}
}
