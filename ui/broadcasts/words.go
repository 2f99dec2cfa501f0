package broadcasts

import (
	"pregon/store"
	"pregon/ui/say"
	"pregon/ui/theme"
)

func state(p *say.Printer, s store.BroadcastState) string { return p.Broadcast(string(s)) }

func stateRole(s store.BroadcastState) theme.Role {
	switch s {
	case store.BroadcastSending:
		return theme.Accent
	case store.BroadcastPaused:
		return theme.Warn
	case store.BroadcastDone:
		return theme.Good
	default:
		return theme.Muted
	}
}

// accepted counts whom Meta took the message for, whatever became of it after.
func accepted(c store.Counts) int {
	return c[store.DeliveryAccepted] + c[store.DeliverySent] + delivered(c)
}

func delivered(c store.Counts) int { return c[store.DeliveryDelivered] + c[store.DeliveryRead] }
