package people

import (
	"strconv"
	"strings"
	"time"

	"pregon/store"
	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
)

// Fate says what became of one person's message, and how it looks.
func Fate(p *say.Printer, d store.Delivery) (string, theme.Role) {
	switch d.State {
	case store.DeliveryExcluded:
		words, _ := p.LeftOut(d.Reason)
		return words, theme.Warn
	case store.DeliveryFailed:
		return Failed(p, d.Code, d.Reason), theme.Bad
	case store.DeliveryUnknown:
		return p.Delivery(string(d.State)), theme.Warn
	case store.DeliveryDelivered, store.DeliveryRead:
		return p.Delivery(string(d.State)), theme.Good
	default:
		return p.Delivery(string(d.State)), theme.Plain
	}
}

// Failed is a failure in the shop's words, with Meta's code behind them.
func Failed(p *say.Printer, code int, reason string) string {
	if reason == store.ReasonGivenUp {
		return p.T("given up: nobody knows whether it arrived")
	}
	if code == 0 {
		return p.Failure(code)
	}
	return p.Failure(code) + " (" + strconv.Itoa(code) + ")"
}

// Called is a person's name, else the number or WhatsApp's id.
func Called(p *say.Printer, d store.Delivery) string {
	if strings.TrimSpace(d.Name) == "" {
		return d.Address(p.T("erased"))
	}
	return d.Name
}

// Moment is when a delivery got where it is.
func Moment(d store.Delivery) time.Time {
	latest := d.AttemptedAt
	for _, at := range []time.Time{d.AcceptedAt, d.SentAt, d.DeliveredAt, d.ReadAt, d.EndedAt} {
		if at.After(latest) {
			latest = at
		}
	}
	return latest
}

func ago(env *view.Env, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return env.Say.Ago(at, env.Now())
}
