package consent

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/phone"
	"pregon/ui/consent/board"
	"pregon/ui/consent/customer"
	"pregon/ui/view"
)

// Actions are what can be done now.
func (v *View) Actions() []view.Action {
	say := v.env.Say
	switch {
	case v.judging:
		return v.queue.Actions(do(func() { v.judging = false }))
	case v.board != nil:
		return []view.Action{
			{Keys: []string{"enter"}, Label: say.T("list them"), Help: say.T("Show the contacts that are counted here."), Run: v.list},
			{Keys: []string{"b", "esc"}, Label: say.T("counter"), Help: say.T("Back to the counter."), Run: do(func() { v.board = nil })},
		}
	case v.confirm != nil:
		return []view.Action{
			{Keys: []string{"y", "Y"}, Label: say.T("yes, withdraw"), Help: say.T("She wants no more broadcasts: effective at once."), Run: v.confirmed, Off: v.busy},
			{Keys: []string{"esc", "n", "N"}, Label: say.T("no, keep"), Help: say.T("Change nothing."), Run: do(func() { v.confirm = nil }), Off: v.busy},
		}
	case v.at < choices:
		return []view.Action{
			{Keys: []string{"enter", "tab", "down"}, Label: say.T("next line"), Help: say.T("Go to the next line, and from the last to the choices."), Run: do(func() { v.step(1) })},
			{Keys: []string{"shift+tab", "up"}, Label: say.T("line before"), Help: say.T("Go to the line before."), Run: do(func() { v.step(-1) }), Hidden: true},
			{Keys: []string{"esc"}, Label: say.T("to the choices"), Help: say.T("Leave the lines: then the letters are keys again."), Run: do(func() { v.focus(choices) })},
		}
	}
	return append(v.answers(), v.others()...)
}

// answers are the keys that are shown on the page itself.
func (v *View) answers() []view.Action {
	say := v.env.Say
	grade := func(g store.Grade) func() tea.Cmd { return func() tea.Cmd { return v.grade(g) } }
	return []view.Action{
		{Keys: []string{"y", "Y"}, Label: say.T("She said yes"), Help: say.T("Record that she agreed, with the words shown."), Run: v.yes, Off: v.noYes, Hidden: true},
		{Keys: []string{"n", "N"}, Label: say.T("She said no"), Help: say.T("Record that she does not want it; she is not asked again for 90 days."), Run: v.no, Off: v.noNo, Hidden: true},
		{Keys: []string{"a"}, Label: say.T("not yet"), Help: say.T("She has not saved our number."), Run: grade(store.GradeUnknown), Off: v.nobody, Hidden: true},
		{Keys: []string{"s"}, Label: say.T("says so"), Help: say.T("She says that she saved our number."), Run: grade(store.GradeSaysSaved), Off: v.nobody, Hidden: true},
		{Keys: []string{"d"}, Label: say.T("I saw it"), Help: say.T("You saw our number saved on her phone."), Run: grade(store.GradeSeenByStaff), Off: v.nobody, Hidden: true},
		{Keys: []string{"o"}, Label: say.T("how"), Help: say.T("Did you read the words aloud, or did she read them here?"), Run: do(func() { v.customer.Screen = !v.customer.Screen }), Hidden: true},
		{Keys: []string{"pgdown"}, Label: say.T("more words"), Help: say.T("Show the rest of the words."), Run: do(func() { v.top += 3 }), Hidden: true},
		{Keys: []string{"pgup"}, Label: say.T("words before"), Help: say.T("Show the beginning of the words."), Run: do(func() { v.top = max(0, v.top-3) }), Hidden: true},
	}
}

func (v *View) others() []view.Action {
	say := v.env.Say
	judge := view.Action{Keys: []string{"r"}, Label: say.T("judge %d", v.queue.Len()), Help: say.T("Read what customers wrote that may be a refusal, and decide."), Run: v.openQueue, Hidden: v.queue.Len() == 0}
	return []view.Action{
		{Keys: []string{"enter"}, Label: say.T("next customer"), Help: say.T("Wipe the screen for the next customer."), Run: v.nextCustomer, Off: v.busy},
		{Keys: []string{"u"}, Label: say.T("undo last"), Help: say.T("Take all that was recorded of the last customer back, as a mistake."), Run: v.undo, Off: v.noUndo},
		{Keys: []string{"w"}, Label: say.T("withdraw"), Help: say.T("She wants no more broadcasts: effective at once."), Run: v.withdraw, Off: v.noWithdraw},
		judge,
		{Keys: []string{"l"}, Label: say.T("language"), Help: say.T("Show the words in another language."), Run: do(v.turnLanguage)},
		{Keys: []string{"k"}, Label: say.T("our QR"), Help: say.T("Show our QR code on the whole screen: she joins with a message of her own."), Run: v.showCode, Off: v.noCode},
		{Keys: []string{"m"}, Label: say.T("under 18"), Help: say.T("She is under 18: nothing new is kept, and she gets nothing."), Run: v.young, Off: v.nobody},
		{Keys: []string{"b"}, Label: say.T("board"), Help: say.T("Count where everybody stands."), Run: v.openBoard},
		{Keys: []string{"tab", "down"}, Label: say.T("type"), Help: say.T("Go to the number and the name."), Run: do(func() { v.focus(numberLine) })},
		{Keys: []string{"shift+tab", "up"}, Label: say.T("line before"), Help: say.T("Go to the line before."), Run: do(func() { v.step(-1) }), Hidden: true},
	}
}

// press does what a key does, also where letters were text until now.
func (v *View) press(key tea.KeyPressMsg) tea.Cmd {
	action, found := view.Find(v.Actions(), key, false)
	switch {
	case !found:
		return nil
	case action.Why() != "":
		return view.Send(view.Tell{Level: view.Caution, Text: action.Why()})
	}
	return action.Run()
}

// do is a handler that needs no command.
func do(what func()) func() tea.Cmd {
	return func() tea.Cmd {
		what()
		return nil
	}
}

func (v *View) busy() string {
	if v.writing.Waiting() {
		return v.env.Say.T("One moment: it is being saved.")
	}
	return ""
}

func (v *View) nameless() string {
	return v.env.Say.T("Nobody knows who you are: every entry names who recorded it. Start again with --staff NAME.")
}

// nobody is why nothing can be said of a customer: there is none yet.
func (v *View) nobody() string {
	say := v.env.Say
	switch {
	case v.writing.Waiting():
		return v.busy()
	case v.customer.Typing.State == phone.TypingEmpty:
		return say.T("First the number: tab goes there.")
	case !v.customer.Valid():
		return say.T("The number is not complete: tab goes there.")
	case !v.customer.Looked:
		return say.T("One moment: the number is being looked up.")
	case strings.TrimSpace(v.env.Staff()) == "":
		return v.nameless()
	case v.customer.Contact.Standing.Suppressed, v.customer.Contact.Standing.Erased:
		return say.T("This number is on the stop list, for good.")
	}
	return ""
}

// decided is nobody, and that an answer was recorded while she stands here.
func (v *View) decided() string {
	if why := v.nobody(); why != "" || v.customer.Done == 0 {
		return why
	}
	return v.env.Say.T("It is recorded. Enter goes on to the next customer.")
}

func (v *View) noYes() string {
	why := v.decided()
	switch _, words := v.notice(); {
	case why != "":
		return why
	case !words:
		return v.env.Say.T("There are no words to show yet: the owner publishes them first.")
	case v.customer.NeedsCard() && strings.TrimSpace(v.lines[cardLine].Value()) == "":
		return v.customer.CardWanted(v.env)
	}
	return ""
}

func (v *View) noNo() string {
	if why := v.decided(); why != "" || !v.customer.Withdrawn() {
		return why
	}
	return v.env.Say.T("She withdrew already and gets nothing.")
}

func (v *View) noWithdraw() string {
	why := v.nobody()
	switch {
	case why != "":
		return why
	case !v.customer.Known():
		return v.env.Say.T("Nobody has this number here: there is nothing to withdraw.")
	case v.customer.Withdrawn():
		return v.env.Say.T("She withdrew already and gets nothing.")
	}
	return ""
}

func (v *View) noUndo() string {
	say, id := v.env.Say, v.customer.Contact.ID
	switch {
	case v.writing.Waiting():
		return v.busy()
	case len(v.last.visits) == 0 || id != 0 && id != v.last.visits[0].Contact.ID:
		return say.T("There is nothing of yours to take back here.")
	case v.last.kind == customer.Withdrew:
		return say.T("A withdrawal cannot be taken back: only she can come back herself.")
	}
	return ""
}

// nextCustomer wipes the screen; somebody new without an answer is dropped only by the second key.
func (v *View) nextCustomer() tea.Cmd {
	if v.undecided() && !v.customer.Warned {
		v.customer.Warned = true
		return view.Send(view.Tell{Level: view.Caution, Text: v.env.Say.T("Nothing is recorded yet: y or n, or enter again to drop it.")})
	}
	v.next()
	return nil
}

func (v *View) openBoard() tea.Cmd {
	v.board = board.New(v.env)
	return v.count()
}

func (v *View) count() tea.Cmd {
	since := v.env.Now().Add(-board.Lately)
	return view.Do(v.env, view.Consent, &v.counting, func(ctx context.Context) (store.Board, error) {
		return v.store.Board(ctx, since)
	})
}

func (v *View) counted(answer view.Result[store.Board]) tea.Cmd {
	switch {
	case !answer.Of(&v.counting) || v.board == nil:
	case answer.Err != nil:
		return v.failed(answer.Err)
	default:
		v.board.Count(answer.Value)
	}
	return nil
}

func (v *View) openQueue() tea.Cmd {
	v.judging = true
	return v.queue.Load()
}

// list shows those whom the line of the board counts.
func (v *View) list() tea.Cmd {
	if v.board.Query() == board.Reviews {
		return v.openQueue()
	}
	return view.Send(view.ListContacts{Query: v.board.Query()})
}

// pressedBoard goes to the line that was clicked, and opens it.
func (v *View) pressedBoard(press board.Pressed) tea.Cmd {
	if v.board == nil || v.judging {
		return nil
	}
	v.board.Click(press)
	return v.list()
}
