package ui

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/view"
)

func TestRouteSaysWhoHears(t *testing.T) {
	t.Parallel()
	dialog, typing := situation{dialog: true}, situation{typing: true}
	both := situation{dialog: true, typing: true}
	tests := []struct {
		name string
		msg  tea.Msg
		now  situation
		want place
	}{
		{"size", tea.WindowSizeMsg{}, dialog, toAll},
		{"background", tea.BackgroundColorMsg{}, dialog, toAll},
		{"colours", tea.ColorProfileMsg{}, situation{}, toAll},
		{"focus", tea.FocusMsg{}, dialog, toAll},
		{"blur", tea.BlurMsg{}, typing, toAll},
		{"the shop file changed", view.StoreChanged{}, both, toAll},
		{"a broadcast moved", view.Progress{}, both, toAll},

		{"leaving chord", Key("ctrl+c"), situation{}, toApp},
		{"leaving chord over a dialog", Key("ctrl+c"), dialog, toApp},
		{"leaving chord while typing", Key("ctrl+c"), both, toApp},

		{"letter", Key("x"), situation{}, toActive},
		{"global letter", Key("2"), situation{}, toGlobal},
		{"global letter the view wants for itself", Key("1"), situation{}, toActive},
		{"global letter while typing is text", Key("2"), typing, toActive},
		{"global key without a letter while typing", Key("f1"), typing, toGlobal},
		{"global letter over a dialog", Key("2"), dialog, toFront},
		{"letter over a dialog", Key("x"), both, toFront},
		{"esc", Key("esc"), situation{}, toActive},

		{"paste", tea.PasteMsg{}, situation{}, toActive},
		{"paste over a dialog", tea.PasteMsg{}, dialog, toFront},
		{"click", tea.MouseClickMsg{}, dialog, toMouse},
		{"wheel", tea.MouseWheelMsg{}, situation{}, toMouse},

		{"answer", view.Result[int]{To: view.Contacts}, dialog, toAddress},
		{"answer of a dialog", view.Answer{To: view.Contacts}, dialog, toAddress},
		{"the app's own question", headerRead{To: appID}, dialog, toApp},
		{"intent", view.OpenContact{}, dialog, toApp},
		{"telling", view.Tell{}, situation{}, toApp},
		{"signal", changed{}, dialog, toApp},

		{"anything else", struct{}{}, situation{}, toActive},
		{"anything else over a dialog", struct{}{}, dialog, toFront},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.now.taken = func(key tea.KeyPressMsg) bool { return key.String() == "1" }
			tt.now.global = func(key tea.KeyPressMsg) bool {
				return key.String() == "1" || key.String() == "2" || key.String() == "f1"
			}
			if got := route(tt.msg, tt.now); got != tt.want {
				t.Errorf("goes to %d, want %d", got, tt.want)
			}
		})
	}
}

func TestEveryIntentIsRoutedToTheApp(t *testing.T) {
	t.Parallel()
	for _, intent := range []view.Intent{
		view.OpenContact{},
		view.ListContacts{},
		view.OpenConsent{},
		view.OpenTemplate{},
		view.Compose{},
		view.OpenBroadcast{},
		view.Ask{},
		view.Tell{},
		view.Failed{},
		view.OpenAudiences{},
	} {
		if got := route(intent, situation{dialog: true}); got != toApp {
			t.Errorf("%T goes to %d", intent, got)
		}
	}
}

func TestEveryRowHasOneOwner(t *testing.T) {
	t.Parallel()
	for _, height := range []int{12, 15, 19, 20, 24, 36, 40, 120} {
		at := arrange(80, height)
		used := map[int]bool{}
		for _, row := range []int{at.header, at.tabs, at.topRule, at.bottomRule, at.footer} {
			if row >= 0 && used[row] {
				t.Errorf("height %d: row %d is used twice", height, row)
			}
			used[row] = true
		}
		for row := at.body; row < at.body+at.size.H; row++ {
			if used[row] {
				t.Errorf("height %d: the body covers row %d", height, row)
			}
			used[row] = true
		}
		delete(used, -1)
		if len(used) != height || at.footer != height-1 || at.size.W != 80 {
			t.Errorf("height %d: %d rows used, footer in %d, body %v", height, len(used), at.footer, at.size)
		}
	}
	if !tooSmall(39, 24) || !tooSmall(80, 11) || tooSmall(40, 12) {
		t.Error("the smallest terminal is not 40 by 12")
	}
}
