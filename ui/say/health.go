package say

import (
	"strconv"
	"strings"
	"time"
)

// Detail is what a finding knows besides its code; the fields are those of
// sender.Facts. Name comes from outside: make it harmless before.
type Detail struct {
	Name  string
	Code  int
	Count int
	Limit int
	At    time.Time
	Span  time.Duration
}

// CheckName is what a check is called.
func (p *Printer) CheckName(check string) string {
	switch check {
	case "shop":
		return p.T("Shop")
	case "connection":
		return p.T("Connection")
	case "token":
		return p.T("Access token")
	case "permissions":
		return p.T("Permissions")
	case "number":
		return p.T("Number")
	case "account":
		return p.T("Account")
	case "template":
		return p.T("Template")
	case "payment":
		return p.T("Payment")
	case "quality":
		return p.T("Quality")
	case "limit":
		return p.T("Messaging limit")
	case "feed":
		return p.T("Feed")
	case "clock":
		return p.T("Clock")
	case "file":
		return p.T("Shop file")
	}
	return check
}

// Finding says what a check found, and what to do next; next is "" where there
// is nothing to do. The codes are those of sender.HealthCodes.
func (p *Printer) Finding(code string, d Detail) (what, next string) {
	for _, say := range []func(string, Detail) (string, string){
		p.wellFinding, p.tokenFinding, p.idFinding, p.platformFinding, p.machineFinding,
	} {
		if what, next = say(code, d); what != "" {
			return what, next
		}
	}
	return p.Blocker(code), ""
}

// wellFinding is about what is in order.
func (p *Printer) wellFinding(code string, d Detail) (what, next string) {
	switch code {
	case "shop_ok":
		what = p.T("%s is set up.", d.Name)
	case "connected":
		what = p.T("WhatsApp answers.")
	case "token_ok":
		what = p.T("It is accepted and does not end.")
		if !d.At.IsZero() {
			what = p.T("It is accepted until %s.", p.Date(d.At))
		}
	case "permissions_ok":
		what = p.T("The access token may send and read.")
	case "number_ok":
		what = p.T("%s is connected.", d.Name)
	case "account_ok":
		what = p.T("The account can be read.")
	case "template_ok":
		what = p.T("%d templates may be sent.", d.Count)
	case "payment_ok":
		what = p.T("A way to pay is there.")
	case "quality_ok":
		what = p.T("Customers do not complain.")
	case "limit_none":
		what = p.T("There is no limit on people a day.")
	case "limit_ok":
		what = p.T("%d of %d people were written to in the last 24 hours.", d.Count, d.Limit)
	case "feed_ok":
		what = p.T("Last heard %s.", p.Exact(d.At))
	case "clock_ok":
		what = p.T("It is right.")
	case "file_ok":
		what = p.T("It lies safely at %s.", d.Name)
	case "unchecked":
		what, next = p.T("This could not be looked at."), p.T("First mend what keeps it from going out.")
	}
	return what, next
}

// tokenFinding is about the access token and what it may do.
func (p *Printer) tokenFinding(code string, d Detail) (what, next string) {
	renew := func() string {
		return p.T("Make a new one in Meta's Business settings, of a system user; F6 in the app takes it.")
	}
	switch code {
	case "no_token":
		return p.T("There is no access token, so WhatsApp cannot be asked."),
			p.T("F6 in the app takes it and keeps it in the keyring; or put it into PREGON_TOKEN, or into a file for %s.", "--secrets")
	case "token_expires":
		return p.T("It ends in %s, and nothing can be sent after that.", p.Duration(d.Span)), renew()
	case "token_expired":
		return p.T("The access token is over. Tokens copied from Meta's app page live for some hours only."), renew()
	case "token_revoked":
		return p.T("The access token was withdrawn, such as by a new password."), renew()
	case "token_invalid":
		return p.T("Meta does not accept the access token. Perhaps a part of it is missing."), renew()
	case "permission_missing":
		return p.T("The access token may not do this."), renew()
	case "permission_messaging":
		return p.T("The access token may not send: it lacks %s.", d.Name), renew()
	case "permission_management":
		return p.T("The access token may send, but not read templates and account: it lacks %s.", d.Name), renew()
	case "asset_missing":
		return p.T("The access token's system user has no access to the shop's WhatsApp account."),
			p.T("Give it the account and the app in Meta's Business settings, under system users.")
	}
	return "", ""
}

// idFinding is about number and account, and the ids that name them.
func (p *Printer) idFinding(code string, d Detail) (what, next string) {
	switch code {
	case "number_id_is_account":
		next = p.T("Take the phone number id from Meta's WhatsApp Manager: %s", "pregon init --phone-number-id …")
		if d.Name != "" {
			next = p.T("This is the right one: %s", "pregon init --phone-number-id "+d.Name)
		}
		return p.T("The account's id stands where the number's id belongs."), next
	case "number_id_wrong":
		return p.T("Meta knows no number with the id %s, or does not show it to this access token.", d.Name),
			p.T("Take the phone number id from Meta's WhatsApp Manager: %s", "pregon init --phone-number-id …")
	case "account_id_is_number":
		return p.T("The number's id stands where the account's id belongs."),
			p.T("Take the WhatsApp account id from Meta's WhatsApp Manager: %s", "pregon init --waba-id …")
	case "account_id_wrong":
		return p.T("Meta knows no account with the id %s, or does not show it to this access token.", d.Name),
			p.T("Take the WhatsApp account id from Meta's WhatsApp Manager: %s", "pregon init --waba-id …")
	case "number_differs":
		return p.T("Meta sends from %s, which is not the number customers saved.", d.Name),
			p.T("Correct the number or its id: %s", "pregon init --number … --phone-number-id …")
	case "number_not_connected":
		return p.T("Meta does not let the shop's number send now: it is %s.", d.Name), p.T("Look into Meta's WhatsApp Manager.")
	case "number_not_registered":
		return p.T("The shop's number is not registered with Meta's Cloud API (%s).", hash(d.Code)),
			p.T("Register it in Meta's WhatsApp Manager.")
	case "account_stopped":
		what = p.T("Meta lets nothing go out from the shop's account now.")
		switch {
		case !d.At.IsZero():
			return what, p.T("It ends by itself: %s.", p.Exact(d.At))
		case strings.HasPrefix(d.Name, "platform_"):
			return what, p.T("It ends when nothing else is to be mended.")
		}
		return what, p.T("Look into Meta's WhatsApp Manager. Once it is mended there, say so: %s", "pregon doctor --release")
	case "account_locked":
		return p.T("Meta has locked the shop's account (%s).", hash(d.Code)), p.T("Look into Meta's WhatsApp Manager.")
	}
	return "", ""
}

// platformFinding is about what Meta makes of the shop.
func (p *Printer) platformFinding(code string, d Detail) (what, next string) {
	manager := func() string { return p.T("Look into Meta's WhatsApp Manager.") }
	switch code {
	case "no_connection":
		return p.T("WhatsApp cannot be reached."), p.T("Look at the connection to the internet.")
	case "not_the_api":
		return p.T("What answers there is not WhatsApp's Cloud API."), p.T("Check %s.", "PREGON_API_URL, PREGON_API_VERSION")
	case "platform_busy":
		return p.T("WhatsApp has no time to answer (%s).", hash(d.Code)), p.T("Try again in some minutes.")
	case "practice_address":
		return p.T("This is a practice shop, which sends to the practice API only."),
			p.T("Start it with %s and name it in %s.", "pregon sandbox", "PREGON_API_URL")
	case "platform_blocks":
		return p.T("Meta lets nothing go out (%s %s).", d.Name, hash(d.Code)), manager()
	case "platform_limits":
		return p.T("Meta lets only a part go out (%s %s).", d.Name, hash(d.Code)), manager()
	case "no_templates":
		return p.T("No template may be sent."), p.T("Write one in Meta's WhatsApp Manager, wait until it is approved, and read it: %s", "pregon templates sync")
	case "template_quality_yellow":
		return p.T("Some customers complain about the template %s.", d.Name), p.T("Send it to fewer people, or write a better one.")
	case "payment_problem":
		return p.T("Meta has a problem with the shop's payment (%s).", hash(d.Code)), p.T("Mend it in Meta's WhatsApp Manager, under payments.")
	case "payment_missing":
		return p.T("Meta knows no way to pay of this account."), p.T("Add one in Meta's WhatsApp Manager, under payments.")
	case "quality_yellow":
		return p.T("Some customers block or report the shop's number."), p.T("Send less, and only what they asked for.")
	case "limit_used":
		return p.T("%d of %d people were written to in the last 24 hours: the limit is used up.", d.Count, d.Limit),
			p.T("A broadcast goes on %s.", p.Exact(d.At))
	case "business_unverified":
		return p.T("Meta has not verified the business, so it may write to %d people a day only.", d.Limit), p.T("Have it verified in Meta's Business settings.")
	case "app_not_subscribed":
		return p.T("Meta tells this account's news to no app, so a STOP would not arrive."), p.T("Subscribe the app to the account in Meta's app settings, under WhatsApp.")
	case "door_unreachable":
		return p.T("Nobody answered at the public address %s.", d.Name), p.T("Look at the proxy before %s, the address and the firewall.", "pregon serve")
	case "door_certificate":
		return p.T("The certificate at the public address %s is not one that WhatsApp takes.", d.Name), p.T("Renew the proxy's certificate.")
	case "door_foreign":
		return p.T("Somebody else answered at the public address %s.", d.Name), p.T("Let the proxy lead %s to the address of %s.", "/webhook", "pregon serve")
	}
	return "", ""
}

// machineFinding is about this computer.
func (p *Printer) machineFinding(code string, d Detail) (what, next string) {
	switch code {
	case "clock_off", "clock_wrong":
		what = p.T("This computer's clock is %s slow.", p.Duration(d.Span))
		if d.Span > 0 {
			what = p.T("This computer's clock is %s fast.", p.Duration(d.Span))
		}
		return what, p.T("Let the computer set its clock by the internet.")
	case "file_exposed":
		return p.T("Others on this computer can read the customers' data (%s).", d.Name), p.T("Keep it to yourself: %s", "chmod 600 "+d.Name)
	case "folder_open":
		return p.T("Others on this computer can change what lies in the shop file's folder."), p.T("Keep it to yourself: %s", "chmod 700")
	case "file_synced":
		return p.T("The shop file lies in a folder that %s copies, which damages it sooner or later.", d.Name),
			p.T("Close Pregón, move it out of that folder, and name its new place with %s.", "--db")
	case "disk_low":
		return p.T("Only %d MB are left on the disk.", d.Count), p.T("Make room soon.")
	case "disk_nearly_full":
		return p.T("Only %d MB are left on the disk, too little for a broadcast.", d.Count), p.T("Make room first.")
	}
	return "", ""
}

// hash writes Meta's code, which its support asks for.
func hash(code int) string { return "#" + strconv.Itoa(code) }
