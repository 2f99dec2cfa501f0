package intake_test

import (
	"maps"
	"testing"

	"pregon/store/intake"
)

func TestColumnsAreTurnedThroughTheirMeanings(t *testing.T) {
	t.Parallel()
	columns := []intake.Column{{Header: "Quién"}, {Header: "Nº"}, {Header: "quien"}, {Header: ""}}
	tests := []struct {
		name  string
		m     intake.Mapping
		turns [][2]int // column, step
		want  map[string]string
	}{
		{"the number first where it is not known", intake.Mapping{Header: true}, [][2]int{{1, 1}}, map[string]string{"phone": "Nº"}},
		{"the name first where it is", intake.Mapping{Header: true, Phone: true}, [][2]int{{1, 1}}, map[string]string{"name": "Nº"}},
		{"backwards to the number", intake.Mapping{Header: true, Phone: true}, [][2]int{{1, -1}}, map[string]string{"phone": "Nº"}},
		{"one after the other", intake.Mapping{Header: true, Phone: true}, [][2]int{{1, 1}, {1, 1}, {1, 1}}, map[string]string{"last_name": "Nº"}},
		{"around to what the header says", intake.Mapping{Header: true, Phone: true}, [][2]int{{1, 1}, {1, -1}}, map[string]string{}},
		{"back from the number", intake.Mapping{Header: true}, [][2]int{{1, 1}, {1, -1}}, map[string]string{}},
		{"back to the number", intake.Mapping{Header: true}, [][2]int{{1, 1}, {1, 1}, {1, -1}}, map[string]string{"phone": "Nº"}},
		{"not taken in passing", intake.Mapping{Header: true}, [][2]int{{1, 1}, {3, 1}}, map[string]string{"phone": "Nº", "name": "#4"}},
		{"twin names by place", intake.Mapping{Header: true}, [][2]int{{0, 1}}, map[string]string{"phone": "#1"}},
		{"no name by place", intake.Mapping{Header: true}, [][2]int{{3, 1}}, map[string]string{"phone": "#4"}},
		{"no header by place", intake.Mapping{}, [][2]int{{1, 1}}, map[string]string{"phone": "#2"}},
		{"a meaning is one column's", intake.Mapping{Header: true}, [][2]int{{1, 1}, {3, -1}}, map[string]string{"phone": "#4"}},
		{"beyond the columns", intake.Mapping{Header: true}, [][2]int{{4, 1}, {-1, 1}}, map[string]string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.m.Columns, tt.m.Map = columns, map[string]string{}
			for _, turn := range tt.turns {
				tt.m.Turn(turn[0], turn[1])
			}
			if !maps.Equal(tt.m.Map, tt.want) {
				t.Errorf("got %v, want %v", tt.m.Map, tt.want)
			}
		})
	}
}

func TestErrorsHaveCodes(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"empty_file": intake.ErrEmpty, "old_workbook": &intake.FormatError{Found: intake.FormatXLS}, "workbook": &intake.FormatError{Found: intake.FormatXLSX},
		"format": &intake.FormatError{}, "quote": &intake.QuoteError{Line: 3}, "too_large": &intake.LimitError{Line: 3}, "header": &intake.HeaderError{},
		"mapping": &intake.MapError{}, "sheet": &intake.SheetError{},
	} {
		code, line := intake.Code(err)
		if code != want || (line != 0) != (want == "quote" || want == "too_large") {
			t.Errorf("%T: %q in line %d, want %q", err, code, line, want)
		}
	}
	if code, _ := intake.Code(nil); code != "" {
		t.Errorf("nothing is %q", code)
	}
}
