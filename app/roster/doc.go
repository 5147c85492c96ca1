// Package roster reads what an association hands to a centre: the order list
// (XLSX, or CSV in UTF-8 or GB18030), the folder of registration photos, and
// the syllabus with its question bank. It turns them into the exam's own
// types and says, row by row and column by column, what is wrong.
//
// It writes nothing: a crash leaves nothing behind, and the same files read
// again give the same answer. The importer decides on the reported problems and
// stores the good rows in one transaction. Files come from outside, so reading is
// limited (rows, cells, texts, bytes after unpacking, messages), names are never
// paths, and a broken file is a Problem, not a crash. The commands nevertheless
// read lists in a separate process and get them back over its output
// (OrderList.Send, ReceiveOrders).
//
// It must not import the store, the web or the media side; whether a photo
// shows one face is asked through a CheckPhoto that the caller brings.
package roster
