// Package ui is the app: the one Bubble Tea model, which routes.
//
// It knows screens only as [view.View]. What a message is for is decided by one
// pure function, [route], and where things stand on the terminal by another,
// [arrange]. Everything else is drawing the frame around the active view: whose
// shop this is, which tabs there are, what can be pressed.
//
//	message                         goes to
//	size, colours, focus            the app and all views
//	ctrl+c                          the app
//	key, paste                      front dialog, else global keys unless the view is typing, else active view
//	mouse                           what was drawn there
//	addressed answer                the view or dialog that asked, shown or not
//	intent                          the app
//	StoreChanged, Progress          all views
//	anything else                   front dialog, else active view
package ui
