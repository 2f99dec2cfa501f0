package say

// Why says why somebody gets no broadcast: beside a name, and as a whole sentence to the staff. The codes are those of
// store.Reason and, where nobody agreed, store.Consent; an unknown one stands for itself.
func (p *Printer) Why(reason, consent string) (short, long string) {
	switch reason {
	case "no_consent":
		return p.whyNoConsent(consent)
	case "withdrawn":
		return p.T("withdrew"), p.T("She withdrew. Only she can come back: with a message of her own, or a signed card.")
	case "suppressed":
		return p.T("on the stop list"), p.T("Her number is on the stop list, for good.")
	case "platform_stopped":
		return p.T("stopped in WhatsApp"), p.T("She stopped our messages inside WhatsApp. Only she can start them again, there.")
	case "review":
		return p.T("wrote something"), p.T("She wrote something that may be a no. Somebody has to read it and decide.")
	case "merged":
		return p.T("has another entry"), p.T("This entry was joined with another one of hers.")
	case "expired":
		return p.T("her yes is too old"), p.T("She agreed too long ago. Ask her again.")
	case "not_saved":
		return p.T("number not saved"), p.T("She has not saved our number, as far as we know.")
	case "unreachable":
		return p.T("is not on WhatsApp"), p.T("WhatsApp does not know her number.")
	case "invalid_number":
		return p.T("number is wrong"), p.T("Her number is wrong.")
	case "undeliverable_market":
		return p.T("no offers there"), p.T("WhatsApp brings no offers to the country of her number.")
	case "too_soon":
		return p.T("got one just before"), p.T("She got a broadcast a short time ago.")
	case "missing_parameter":
		return p.T("a word is missing"), p.T("A word for her is missing.")
	}
	return reason, reason
}

// Rests says of somebody who is too soon because the platform told that she has had enough for now, until a day.
func (p *Printer) Rests(until string) (short, long string) {
	return p.T("rests until %s", until), p.T("WhatsApp says that she has had enough offers for now. Nobody writes to her before %s.", until)
}

func (p *Printer) whyNoConsent(consent string) (short, long string) {
	switch consent {
	case "asked":
		return p.T("has not answered"), p.T("She was asked and has not answered.")
	case "refused":
		return p.T("said no"), p.T("She said no. Leave it, unless she brings it up herself.")
	case "given":
		return p.T("not confirmed yet"), p.T("She said yes to us, but not yet in a message of her own, which this shop waits for.")
	}
	return p.T("not asked yet"), p.T("Nobody has asked her yet.")
}
