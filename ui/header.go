package ui

import (
	"strconv"
	"strings"
	"time"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
)

// Header is whose shop this is, and whether it can hear its customers.
type Header struct {
	Shop      string // from the owner, not yet safe to draw
	FeedHeard time.Time
	Reviews   int  // what waits for a person's judgement
	NotSetUp  bool // there is no shop yet
	// Restored is the age of the backup that was put back and waits for its review; zero for none.
	Restored time.Time
}

// headerLine answers: whose shop, practice or real, who am I, is the feed
// alive, is a broadcast running.
func (a *App) headerLine() string {
	th, say := a.env.Theme, a.env.Say
	name := "Pregón"
	if a.header.Shop != "" {
		name += " · " + theme.Safe(a.header.Shop).String()
	}
	var right []string
	if a.running.Running {
		right = append(right, th.Paint(theme.Accent, a.smallBar()))
	}
	right = append(right, a.feed())
	if who := a.env.Staff(); who != "" && a.width >= 60 {
		right = append(right, th.Paint(theme.Muted, theme.Safe(who).String()))
	}
	if a.env.Practice {
		right = append(right, th.Paint(theme.Practice, say.T("PRACTICE")))
	}
	if a.env.Work.Running() > 0 && a.width >= 60 {
		right = append(right, th.Paint(theme.Faint, th.Glyph.Ellipsis))
	}
	tail := strings.Join(right, th.Paint(theme.Faint, " · "))
	room := max(0, a.width-theme.Width(tail)-3)
	return " " + th.Paint(theme.Strong, th.Fit(name, room)) + " " + tail + " "
}

func (a *App) feed() string {
	th, say := a.env.Theme, a.env.Say
	if a.header.FeedHeard.IsZero() {
		return th.Mark(theme.Warn, say.T("no feed"))
	}
	ago := say.Ago(a.header.FeedHeard, a.env.Now())
	if a.env.Now().Sub(a.header.FeedHeard) > store.FeedStaleAfter {
		return th.Mark(theme.Warn, say.T("silent since %s", ago))
	}
	return th.Paint(theme.Good, th.Glyph.Dot) + " " + th.Paint(theme.Muted, say.T("heard %s", ago))
}

// smallBar is the running broadcast on every screen.
func (a *App) smallBar() string {
	const cells = 6
	full := 0
	if a.running.Total > 0 {
		full = cells * a.running.Done / a.running.Total
	}
	last := a.env.Theme.Glyph.Eighths[len(a.env.Theme.Glyph.Eighths)-1]
	bar := strings.Repeat(last, full) + strings.Repeat(a.env.Theme.Glyph.Empty, cells-full)
	return bar + " " + a.env.Say.Percent(a.running.Done, a.running.Total)
}

// banner says on every screen that a restored file waits for its review.
func (a *App) banner() []string {
	if a.header.Restored.IsZero() || a.options.Restored == nil {
		return nil
	}
	th, say := a.env.Theme, a.env.Say
	text := say.T("This shop file was put back from a backup of %s. Nothing goes out until it is reviewed.", say.Exact(a.header.Restored))
	lines := theme.Wrap(th.Sign(theme.Warn)+" "+text+" "+reviewKey+" "+say.T("review"), max(10, a.width-2))
	for i := range lines {
		lines[i] = " " + th.Paint(theme.Warn, lines[i])
	}
	return lines
}

// tabsLine shows the tabs, and the way to help.
func (a *App) tabsLine() (string, []view.Zone) {
	th := a.env.Theme
	var line strings.Builder
	zones := make([]view.Zone, 0, len(a.options.Views))
	at := 1
	line.WriteString(" ")
	for i, label := range a.tabLabels() {
		role := theme.Muted
		if a.waits(i) {
			role = theme.Warn
		}
		text := th.Paint(role, label)
		if i == a.active {
			text = th.Style(theme.Accent).Bold(true).Underline(true).Render(label)
		}
		width := theme.Width(label)
		zones = append(zones, zone(at, 1, width, tabPressed{i}))
		line.WriteString(text + "   ")
		at += width + 3
	}
	help := th.Paint(theme.Key, "?") + " " + th.Paint(theme.Muted, a.env.Say.T("help"))
	if a.width-at-theme.Width(help)-1 <= 0 {
		help = th.Paint(theme.Key, "?") // no room for the word
	}
	space := a.width - at - theme.Width(help) - 1
	if space > 0 {
		line.WriteString(strings.Repeat(" ", space) + help)
	}
	return line.String(), zones
}

// tabLabels are the numbers and titles of the tabs; where they do not all fit beside the help key, those that are not
// open lose their ends.
func (a *App) tabLabels() []string {
	labels := make([]string, len(a.options.Views))
	steps := []int{1 << 10, 10, 7, 5, 3, 1}
	if a.width < 60 {
		steps = steps[3:]
	}
	for _, most := range steps {
		room := a.width - 3
		for i, v := range a.options.Views {
			title := v.Title()
			if i != a.active {
				title = a.env.Theme.Truncate(title, most, theme.Right)
			}
			labels[i] = strconv.Itoa(i+1) + " " + title
			if a.waits(i) { // seen from everywhere
				labels[i] += " " + a.env.Theme.Glyph.Warn + strconv.Itoa(a.header.Reviews)
			}
			room -= theme.Width(labels[i]) + 3
		}
		if room > 0 {
			break
		}
	}
	return labels
}

// waits says that a tab has something for a person to judge.
func (a *App) waits(tab int) bool {
	return a.header.Reviews > 0 && a.options.Views[tab].ID() == view.Consent
}
