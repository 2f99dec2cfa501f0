package say

import (
	"runtime"
	"strconv"
	"time"
)

// What the store and the sender tell in codes, in the shop's words. The codes are those of store.Reason,
// store.Blocker, sender.WaitReason, sender.StopReasons and Meta (cloudapi.md, section 7); tests of the screens hold the lists whole.

// LeftOut says why somebody gets no broadcast and what to do about it.
func (p *Printer) LeftOut(reason string) (words, remedy string) {
	words, remedy = reason, p.T("nothing to do")
	switch reason {
	case "withdrawn":
		words = p.T("said stop")
	case "suppressed":
		words = p.T("asked to be erased")
	case "platform_stopped":
		words, remedy = p.T("stopped offers in WhatsApp"), p.T("only they can undo it")
	case "review":
		words, remedy = p.T("wrote something"), p.T("read it and decide")
	case "merged":
		words = p.T("gets it under another entry")
	case "no_consent":
		words, remedy = p.T("has not agreed"), p.T("ask at the counter")
	case "expired":
		words, remedy = p.T("agreed too long ago"), p.T("ask again")
	case "not_saved":
		words, remedy = p.T("number not saved"), p.T("ask at the counter")
	case "unreachable":
		words, remedy = p.T("not reached, rests"), p.T("check the number")
	case "invalid_number":
		words, remedy = p.T("number is wrong"), p.T("edit the contact")
	case "undeliverable_market":
		words = p.T("WhatsApp brings no offers there")
	case "too_soon":
		words, remedy = p.T("got one not long ago"), p.T("wait some days")
	case "missing_parameter":
		words, remedy = p.T("a word is missing"), p.T("see step 3")
	}
	return words, remedy
}

// Blocker says what keeps a whole broadcast from starting and what to do.
func (p *Printer) Blocker(code string) string {
	switch code {
	case "not_set_up":
		return p.T("The shop is not set up yet.")
	case "no_template":
		return p.T("There is no template (any more): choose one.")
	case "template_not_approved":
		return p.T("Meta has not approved this template. Choose another.")
	case "template_quality_red":
		return p.T("Meta rates this template bad: people complained. Choose another.")
	case "media_header":
		return p.T("This template has a picture, a video or a document at its head, and the broadcast has none that fits: ctrl+o in step 3 chooses it, or %s", "pregon broadcast create --media")
	case "parameter_unbound":
		return p.T("Give every place of the template its words.")
	case "no_audience":
		return p.T("Nobody is in the audience: say who is to get it.")
	case "nobody_sendable":
		return p.T("Nobody of these people can get it now: see why.")
	case "quality_red":
		return p.T("Meta rates the shop's number bad: people block or report it. Wait until that is better.")
	case "account_stopped":
		return p.T("Meta lets nothing go out from the shop's account now. See what is to be mended with %s; once it is, say so with %s.", "pregon doctor", "pregon doctor --release")
	case "number_not_connected":
		return p.T("Meta does not let the shop's number send now. Look into WhatsApp Manager.")
	case "no_feed":
		return p.T("No feed was ever connected: a customer's STOP is then only seen in the phone app, and somebody has to enter it here.")
	case "feed_stale":
		return p.T("The feed has been silent for a day, so a STOP may have been missed. Bring it back first.")
	case "key_missing":
		return p.T("The key file beside the shop file is missing, so nobody can be checked against those erased.")
	case "already_started":
		return p.T("It has been started already.")
	case "restored":
		return p.T("This shop file was put back from a backup. First look at what it takes for unsent, then accept it: F3 in the app, or %s", "pregon restore")
	}
	return code
}

// Head names what a template has at its head.
func (p *Printer) Head(kind string) string {
	switch kind {
	case "IMAGE":
		return p.T("a picture")
	case "VIDEO":
		return p.T("a video")
	case "DOCUMENT":
		return p.T("a document")
	}
	return p.T("something else")
}

// Stopped says why a broadcast paused by itself, or because somebody wished it.
func (p *Printer) Stopped(reason string) string {
	switch reason {
	case "owner", "":
		return p.T("paused by hand")
	case "platform_token":
		return p.T("Meta no longer accepts the shop's access token. Make a new one: F6 in the app takes it.")
	case "platform_permission":
		return p.T("The shop's access token may not send. Make one that may: F6 in the app takes it.")
	case "platform_account":
		return p.T("Meta has locked the shop's account. Look into WhatsApp Manager.")
	case "platform_payment":
		return p.T("Meta has a problem with the shop's payment. Mend it in WhatsApp Manager.")
	case "platform_number":
		return p.T("The shop's number is not ready at Meta. Look into WhatsApp Manager.")
	case "platform_template":
		return p.T("Meta no longer takes this template. See the Templates.")
	case "template_reworded":
		return p.T("The words of this template were changed at Meta. Read them in the Templates, then go on.")
	case "clock_wrong":
		return p.T("This computer's clock is wrong, and hours and limits go by it. Let it be set by the internet, then go on.")
	case "platform_media":
		return p.T("Meta could not load the picture of this template. See the Templates.")
	case "platform_endpoint", "platform_address":
		return p.T("What answers there is not WhatsApp's Cloud API, or not for offers. Check %s.", "PREGON_API_URL, PREGON_API_VERSION")
	case "platform_request":
		return p.T("Meta found the message wrong, which is a mistake of Pregón's. Report it with the code.")
	case "platform_unknown_code":
		return p.T("Meta answered with an unknown code again and again. Look at the failures before going on.")
	case "platform_quality":
		return p.T("Meta slows the shop down: people reported its messages. Wait some hours.")
	case "platform_rate":
		return p.T("Meta asks for a longer pause. Go on in some minutes.")
	case "network":
		return p.T("Meta cannot be reached. Look at the connection, then go on.")
	case "resend":
		return p.T("Somebody is to get it after all. Nobody is called before it goes on.")
	case "restored":
		return p.T("The shop file was put back from a backup. Look at what went out since, then accept it: F3 in the app, or %s", "pregon restore")
	case "feed_stale":
		return p.T("The feed fell silent a day ago, so a STOP could be missed. Bring the feed back, then go on.")
	case "too_many_failures":
		return p.T("Too many failed one after another. Look at the failures before going on.")
	}
	return p.T("Meta answered in a way Pregón does not know. The log has the details.")
}

// Failure says what a code of Meta's means for the person it was told of.
func (p *Printer) Failure(code int) string {
	switch code {
	case 0:
		return p.T("failed, no reason given")
	case 131026:
		return p.T("is not on WhatsApp")
	case 131050:
		return p.T("stopped offers in WhatsApp")
	case 131049:
		return p.T("Meta held it back, not your fault")
	case 130472:
		return p.T("is in an experiment of Meta and gets no offers")
	case 130403:
		return p.T("the shop has blocked them")
	case 130497, 131030:
		return p.T("Meta does not let this number write to them")
	case 131021:
		return p.T("is the shop's own number")
	case 192, 131009:
		return p.T("number is wrong")
	case 131047, 131051, 131062:
		return p.T("this kind of message cannot go to them")
	case 100, 131008, 132000, 132005, 132008, 132012, 132018:
		return p.T("the words do not fit the template")
	case 132001, 132007, 132015, 132016, 132068, 132069, 134102:
		return p.T("Meta no longer takes the template")
	case 131048, 131064:
		return p.T("Meta slowed the shop down: people reported it")
	case 131042, 131044, 134011, 141006:
		return p.T("Meta has a problem with the shop's payment")
	case 3, 10, 200, 368, 131005, 131031:
		return p.T("Meta has locked the shop's account")
	case 104, 190, 2500:
		return p.T("Meta no longer accepts the shop's access token")
	case 4, 17, 613, 80007, 80008, 130429, 131056, 2494055:
		return p.T("Meta asked to go slower")
	case 1, 2, 131000, 131016, 131057, 133004, 134101, 135000, 139102, 139103, 2494100:
		return p.T("Meta had trouble of its own")
	}
	if words := p.numberFailure(code); words != "" {
		return words
	}
	return p.T("Meta refused it")
}

// numberFailure is about codes of the number, the picture and the way; "" for all others.
func (p *Printer) numberFailure(code int) string {
	switch code {
	case 33, 803, 131037, 131045, 133000, 133005, 133006, 133008, 133009, 133010, 133015, 133016, 2593107, 2593108:
		return p.T("the shop's number is not ready at Meta")
	case 131014, 131052, 131053:
		return p.T("the picture could not be loaded")
	case 131055, 131063, 134100:
		return p.T("Meta takes no such message this way")
	case 141010:
		return p.T("Meta has not verified the business")
	}
	return ""
}

// Asks says why a planned broadcast asks its owner instead of starting.
func (p *Printer) Asks(question string) string {
	switch question {
	case "missed":
		return p.T("Its time passed while nothing ran that could start it.")
	case "grew":
		return p.T("Many more people would get it now than were confirmed.")
	case "reworded":
		return p.T("The words of its template were changed at Meta since it was confirmed. Read them again.")
	case "blocked":
		return p.T("Something kept it from starting: see the steps.")
	}
	return p.T("Nobody confirmed to how many people it goes.")
}

// Lost says why nobody knows what became of a call.
func (p *Printer) Lost(reason string) string {
	switch reason {
	case "timeout":
		return p.T("no answer in time")
	case "connection_lost":
		return p.T("the connection broke off")
	case "server_error", "bad_answer":
		return p.T("Meta's answer said nothing")
	case "killed":
		return p.T("Pregón was ended in the middle of the call")
	}
	return p.T("no answer came")
}

// HoldsUp says what keeps a broadcast that was begun from going on and what to do; the codes are Blocker's.
func (p *Printer) HoldsUp(code string) string {
	switch code {
	case "no_template":
		return p.T("This template is gone at Meta. Cancel the broadcast and write another one.")
	case "template_not_approved":
		return p.T("Meta does not let this template be sent now. Look into WhatsApp Manager; go on when it is approved again, or cancel.")
	case "template_quality_red":
		return p.T("Meta rates this template bad: people complained. Go on when that is better, or cancel.")
	case "quality_red":
		return p.T("Meta rates the number bad: people blocked or reported it. Wait until that is better, then go on.")
	}
	return p.Blocker(code)
}

// Broadcast says where a broadcast stands.
func (p *Printer) Broadcast(state string) string {
	switch state {
	case "draft":
		return p.T("draft")
	case "scheduled":
		return p.T("planned")
	case "sending":
		return p.T("sending")
	case "paused":
		return p.T("paused")
	case "done":
		return p.T("sent")
	case "cancelled":
		return p.T("cancelled")
	}
	return state
}

// Delivery says what became of one person's message.
func (p *Printer) Delivery(state string) string {
	switch state {
	case "queued":
		return p.T("waiting")
	case "excluded":
		return p.T("left out")
	case "sending":
		return p.T("on its way")
	case "accepted", "sent":
		return p.T("accepted by WhatsApp")
	case "delivered":
		return p.T("delivered")
	case "read":
		return p.T("read")
	case "failed":
		return p.T("failed")
	case "unknown":
		return p.T("nobody knows whether it arrived; it is not sent again")
	case "cancelled":
		return p.T("cancelled before it was sent")
	}
	return state
}

// Waits says why nobody is called now and until when, the zero time where nobody can tell; "" is no wait.
func (p *Printer) Waits(reason string, until, now time.Time) string {
	when := p.T("later")
	switch left := until.Sub(now); {
	case until.IsZero():
	case left < time.Minute:
		when = p.T("in %d s", int(max(left, time.Second).Seconds()))
	default:
		when = p.Ago(until, now)
	}
	switch reason {
	case "":
		return ""
	case "rate":
		return p.T("keeps the pace of the number")
	case "quiet_hours":
		return p.T("waits until %s, the shop's opening hour", when)
	case "messaging_limit":
		return p.T("today's messages are used up, goes on %s", when)
	case "network":
		return p.T("Meta cannot be reached, tries again %s", when)
	case "retry":
		return p.T("the rest is tried again %s", when)
	case "warm_up":
		return p.T("slowly at first: the number or the template is new")
	case "recipient_hours":
		return p.T("the rest live where it is night or a closed day, goes on %s", when)
	case "no_common_hours":
		return p.T("the rest live where it is night whenever the shop is open; looks again %s", when)
	}
	return p.T("Meta asked to go slower, goes on %s", when)
}

// Approval puts Meta's word for where a template stands into ours, or "" where that is not known.
func (p *Printer) Approval(status string) string {
	switch status {
	case "APPROVED":
		return p.T("approved")
	case "PENDING":
		return p.T("Meta checks it")
	case "IN_APPEAL":
		return p.T("in appeal")
	case "REJECTED":
		return p.T("rejected")
	case "PAUSED":
		return p.T("paused by Meta")
	case "DISABLED":
		return p.T("disabled")
	case "GONE":
		return p.T("deleted at Meta")
	}
	return ""
}

// Media is what stands at the head of a template, in Meta's word for it.
func (p *Printer) Media(kind string) string {
	switch kind {
	case "IMAGE":
		return p.T("picture")
	case "VIDEO":
		return p.T("video")
	case "DOCUMENT":
		return p.T("document")
	}
	return p.T("place on the map")
}

// Elsewhere says how many live by another clock than the shop's.
func (p *Printer) Elsewhere(people int) string {
	return p.T("%d live by another clock and are called only while it is open there too", people)
}

// NoCommonHours says how many of those are never reached in the shop's hours.
func (p *Printer) NoCommonHours(people int) string {
	return p.T("%d of them live where it is night whenever the shop is open: they get nothing in these hours", people)
}

// Hung says that the process that sends is stopped or stuck, and what to do about it.
func (p *Printer) Hung(pid int, host string, since time.Time) string {
	end := "kill -9 "
	if runtime.GOOS == "windows" {
		end = "taskkill /F /PID "
	}
	number := strconv.Itoa(pid)
	return p.T("Process %s on %s was to send and has shown no life since %s: it is stopped or stuck. Let it go on, or end it (%s): then this one goes on, and whom it was calling becomes unknown.",
		number, host, p.Clock(since), end+number)
}
