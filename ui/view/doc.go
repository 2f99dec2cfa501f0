// Package view is the contract between the app and its screens, and nothing else.
//
// The app is the only Bubble Tea model. A screen is a [View]: a pointer that takes messages and returns
// commands, and renders itself purely. Its keys are [Action] records, its questions to the store go
// through [Do] and come back as numbered, addressed [Result] values, and what it wants from outside itself
// it says with an [Intent]. No view imports another view or the app.
//
// House rules:
//   - No I/O in Update or Render, no change of state inside a command.
//   - Esc: a view that is deep inside itself has an action with the key "esc"; a view at its root has none.
//   - While Typing is true, printable keys go to Update; actions on other keys still work.
//   - Never [tea.Sequence]: chain through answers, so that the test driver can count the work.
package view
