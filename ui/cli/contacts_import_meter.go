package cli

import (
	"fmt"
	"os"
	"strings"
	"time"

	"pregon/store"
	"pregon/ui/theme"
)

// importMeter shows on stderr how far an import is: a bar on a terminal, else a line every few seconds.
type importMeter struct {
	line  *line
	size  int64 // bytes of the file; 0 where it is not known
	live  bool
	step  store.ImportStep
	began time.Time // of the step
	shown time.Time
	any   bool
}

func (l *line) meter(path string) *importMeter {
	m := &importMeter{line: l, live: isTerminal(l.Err), shown: l.Now()}
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
		m.size = info.Size()
	}
	return m
}

// show takes a picture, if the last one is old enough.
func (m *importMeter) show(p store.ImportProgress) {
	now := m.line.Now()
	if p.Step != m.step {
		m.step, m.began = p.Step, now
	}
	pace := 3 * time.Second
	if m.live {
		pace = 100 * time.Millisecond
	}
	if now.Sub(m.shown) < pace {
		return
	}
	m.shown, m.any = now, true
	m.line.showProgress(m.text(p, now.Sub(m.began)), m.live)
}

// end leaves the line of a bar.
func (m *importMeter) end() {
	if m.live && m.any {
		m.line.tell("")
	}
}

func (m *importMeter) text(p store.ImportProgress, spent time.Duration) string {
	say := m.line.say
	done, whole := float64(p.Bytes), float64(m.size)
	text := say.T("reading: %d rows", p.Rows)
	switch p.Step {
	case store.ImportComparing:
		return say.T("comparing %d rows with the shop", p.Of)
	case store.ImportKeeping:
		done, whole = float64(p.Rows), float64(p.Of)
		text = say.T("keeping: %d of %d", p.Rows, p.Of)
	case store.ImportWriting:
		done, whole = float64(p.Rows), float64(p.Of)
		text = say.T("writing on the contacts: %d of %d", p.Rows, p.Of)
	case store.ImportLooking:
		done, whole = float64(p.Rows), float64(p.Of)
		text = say.T("looking who has a history by now: %d of %d", p.Rows, p.Of)
	case store.ImportLeaving:
		done, whole = float64(p.Rows), float64(p.Of)
		text = say.T("taking back: %d of %d", p.Rows, p.Of)
	case store.ImportReading:
	}
	share := 0.0
	if whole > 0 {
		share = min(1, done/whole)
	}
	if m.live && whole > 0 {
		glyphs := theme.Unicode()
		if theme.WantsASCII(m.line.Env) {
			glyphs = theme.ASCII()
		}
		filled := int(share * barWidth)
		text = strings.Repeat(glyphs.Bar, filled) + strings.Repeat(glyphs.Track, barWidth-filled) + " " + text
	}
	const telling = time.Second // before, a rate is a guess
	if spent < telling {
		return text
	}
	text += "  " + say.T("%s a second", fmt.Sprintf("%.0f", float64(p.Rows)/spent.Seconds()))
	if share > 0 && share < 1 {
		left := time.Duration(float64(spent) * (1 - share) / share)
		text += "  " + say.T("about %s left", say.Duration(left))
	}
	return text
}
