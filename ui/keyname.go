package ui

import (
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// named are the keys that have names, as tea spells them.
var named = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd,
	"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "f1": tea.KeyF1, "f2": tea.KeyF2, "f3": tea.KeyF3, "f4": tea.KeyF4, "f6": tea.KeyF6,
}

// Key is the message of a key by its name, as tea spells it: "y", "enter", "shift+tab", "alt+3", "ctrl+a".
func Key(name string) tea.KeyPressMsg {
	var mod tea.KeyMod
	for prefix, held := range map[string]tea.KeyMod{"ctrl+": tea.ModCtrl, "alt+": tea.ModAlt, "shift+": tea.ModShift} {
		if before, rest, found := strings.Cut(name, prefix); found && rest != "" {
			name, mod = before+rest, mod|held
		}
	}
	if name == "space" {
		if mod != 0 {
			return tea.KeyPressMsg{Code: tea.KeySpace, Mod: mod}
		}
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	}
	if code, known := named[name]; known {
		return tea.KeyPressMsg{Code: code, Mod: mod}
	}
	code, _ := utf8.DecodeRuneInString(name)
	if mod != 0 {
		return tea.KeyPressMsg{Code: code, Mod: mod}
	}
	return tea.KeyPressMsg{Code: code, Text: name}
}
