//go:build unix

package ui_test

import (
	"fmt"
	"strings"
	"testing"

	"pregon/ui/uitest"
)

// TestAColumnIsNeverMovedByAName is requirement 30 on the real program in a real terminal: whatever script a name is
// written in, the number, the verdict and the tags of its row and of its neighbours stand where they stood.
func TestAColumnIsNeverMovedByAName(t *testing.T) {
	t.Parallel()
	names := []string{
		"Ana P.", "मारिया फ़र्नांडीस", "क्षत्रिय ज्ञानेश्वर", "مريم بنت يوسف", "שרה כהן", "👩‍👩‍👧‍👦 Familia", "🇪🇸🏳️‍🌈 Lucía", "李小龍 漢字", "z\u0335\u0335\u0335algo",
		"ก็ไม่รู้", "한국어 이름", "e\u0301\u0301\u0301", "Zoë \u202eevil",
	}
	p := newProgram(t)
	p.run(nil, "init", "--name", "Luna", "--region", "CA", "--number", "+16045550199", "--phone-number-id", "1", "--waba-id", "2", "--staff", "Marta")
	for i, name := range names {
		p.run(nil, "contacts", "add", fmt.Sprintf("+1604555%04d", 110+i), "--name", name, "--source", "counter")
	}
	for _, size := range []struct{ columns, rows int }{{80, 24}, {60, 20}, {60, 15}} {
		t.Run(fmt.Sprintf("%dx%d", size.columns, size.rows), func(t *testing.T) {
			t.Parallel()
			terminal := uitest.Run(t, size.columns, size.rows, p.environment, p.path)
			inPlace := func(screen string) bool { return inColumns(terminal, screen, size.columns, size.rows) }
			terminal.Until("every row in its columns", inPlace)
			for range len(names) - 1 { // the rows are painted again one by one
				terminal.Press("down")
			}
			terminal.Press("home", "end")
			terminal.Press("?")
			terminal.See("Keys: Contacts")
			terminal.Press("esc")
			terminal.Gone("Keys: Contacts")
			terminal.Until("every row in its columns again", inPlace)
		})
	}
}

// inColumns says that the screen shows rows of contacts, and each has its number, its verdict and its name in the
// columns of their titles.
func inColumns(terminal *uitest.Terminal, screen string, wide, rows int) bool {
	number, verdict, name, seen := -1, -1, -1, 0
	for y := range rows {
		line := terminal.Cells(y, 0, wide)
		if strings.Contains(line, "Can get it") {
			number, verdict, name = strings.Index(line, "Number"), strings.Index(line, "Can get it"), strings.Index(line, "Name")
		}
		if number < 0 || !strings.Contains(line, "+1 604-555-01") {
			continue
		}
		seen++
		if !strings.HasPrefix(terminal.Cells(y, number, number+15), "+1 604-555-01") ||
			terminal.Cells(y, verdict, verdict+15) != "! not asked yet" || terminal.Cells(y, name-1, name) != " " ||
			strings.TrimSpace(terminal.Cells(y, name, wide)) == "" {
			return false
		}
	}
	return seen >= 8 && name > verdict && strings.Contains(screen, "q quit")
}
