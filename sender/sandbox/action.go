package sandbox

import (
	"slices"
)

// Action is what a rule does to a call.
type Action string

// The actions of a rule. Those marked (accepted) log the message first, as a
// server would that took it and then lost the line.
const (
	DoError       Action = "error"        // refuse with Code
	DoHTTP        Action = "http"         // bare HTTP status without JSON
	DoHTML        Action = "html"         // HTTP status, 502 unless set, with a page of HTML
	DoResetBefore Action = "reset_before" // close the connection, nothing taken
	DoResetAfter  Action = "reset_after"  // (accepted) close the connection without an answer
	DoHalf        Action = "half"         // (accepted) half an answer, then close
	DoGarbage     Action = "garbage"      // (accepted) 200 that is not JSON
	DoErrorInOK   Action = "error_in_ok"  // 200 whose body is the error Code
	DoWrongTypes  Action = "wrong_types"  // (accepted) 200 with numbers for text and text for lists
	DoHuge        Action = "huge"         // (accepted) 200 padded to Size bytes
	DoSlow        Action = "slow"         // (accepted) only Delay
	DoHeld        Action = "held"         // (accepted) held_for_quality_assessment, then sent, or failed with Code
	DoFail        Action = "fail"         // (accepted) a failed status with Code
	DoSilent      Action = "silent"       // (accepted) no webhook ever
	DoDeliver     Action = "deliver"      // (accepted) sent, delivered and read, whatever the shares say
	DoUnread      Action = "unread"       // (accepted) sent and delivered only
	DoDouble      Action = "double"       // (accepted) every status twice
	DoReverse     Action = "reverse"      // (accepted) statuses in reversed order
	DoEarly       Action = "early"        // (accepted) the sent status is posted before the answer
	DoReply       Action = "reply"        // (accepted) the person answers with Text
)

var actions = []Action{
	DoError, DoHTTP, DoHTML, DoResetBefore, DoResetAfter, DoHalf, DoGarbage, DoErrorInOK, DoWrongTypes, DoHuge,
	DoSlow, DoHeld, DoFail, DoSilent, DoDeliver, DoUnread, DoDouble, DoReverse, DoEarly, DoReply,
}

// takes tells whether a message that met the action was taken.
func (a Action) takes() bool {
	return !slices.Contains([]Action{DoError, DoHTTP, DoHTML, DoResetBefore, DoErrorInOK}, a)
}

// onReads lists what can happen to calls other than messages.
func (a Action) onReads() bool {
	return slices.Contains([]Action{
		DoError, DoHTTP, DoHTML, DoResetBefore, DoGarbage, DoErrorInOK, DoHalf, DoHuge, DoSlow,
	}, a)
}
