// Package onnxtest writes small networks for tests, by hand: what a card says of
// one can then be wrong in every way.
package onnxtest

import "encoding/binary"

// ChannelMeans is a network with an input of 1 × 3 × side × side and the mean of
// each channel as its output, 1 × 3 × 1 × 1.
func ChannelMeans(side uint64) []byte {
	node := join(text(1, "input"), text(2, "output"), text(3, "pool"), text(4, "GlobalAveragePool"))
	return network(node, tensor("input", 1, 3, side, side), tensor("output", 1, 3, 1, 1))
}

// Of is the shape of a network, which does nothing: an input of those sizes,
// and of each output so many numbers.
func Of(outputs []string, numbers uint64, input ...uint64) []byte {
	graph := sub(11, tensor("input", input...))
	for _, name := range outputs {
		graph = append(graph, sub(12, tensor(name, 1, numbers))...)
	}
	return join(number(1, 6), sub(7, graph))
}

func network(node, input, output []byte) []byte {
	graph := join(sub(1, node), text(2, "means"), sub(11, input), sub(12, output))
	opset := join(text(1, ""), number(2, 11))
	return join(number(1, 6), sub(7, graph), sub(8, opset))
}

// tensor is a ValueInfoProto of floats.
func tensor(name string, sizes ...uint64) []byte {
	var shape []byte
	for _, size := range sizes {
		shape = append(shape, sub(1, number(1, size))...)
	}
	const float = 1
	tensorType := join(number(1, float), sub(2, shape))
	return join(text(1, name), sub(2, sub(1, tensorType)))
}

func join(fields ...[]byte) []byte {
	var out []byte
	for _, f := range fields {
		out = append(out, f...)
	}
	return out
}

// The wire format of protocol buffers: a key, then a number or a length and bytes.
func number(field int, value uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(nil, uint64(field)<<3), value)
}

func sub(field int, body []byte) []byte {
	out := binary.AppendUvarint(nil, uint64(field)<<3|2)
	return append(binary.AppendUvarint(out, uint64(len(body))), body...)
}

func text(field int, value string) []byte { return sub(field, []byte(value)) }
