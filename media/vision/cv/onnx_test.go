package cv

import "encoding/binary"

// channelMeans is a small ONNX network, written by hand: input 1×3×32×32, one
// GlobalAveragePool, output 1×3×1×1.
func channelMeans() []byte {
	node := message(
		text(1, "input"), text(2, "output"), text(3, "pool"), text(4, "GlobalAveragePool"))
	graph := message(
		sub(1, node), text(2, "means"),
		sub(11, tensor("input", 1, 3, 32, 32)),
		sub(12, tensor("output", 1, 3, 1, 1)))
	opset := message(text(1, ""), number(2, 11))
	return message(number(1, 6), sub(7, graph), sub(8, opset))
}

// tensor is a ValueInfoProto of floats.
func tensor(name string, sizes ...uint64) []byte {
	var shape []byte
	for _, size := range sizes {
		shape = append(shape, sub(1, message(number(1, size)))...)
	}
	const float = 1
	tensorType := message(number(1, float), sub(2, shape))
	return message(text(1, name), sub(2, message(sub(1, tensorType))))
}

// The wire format of protocol buffers: a key, then a number or a length and bytes.
func message(fields ...[]byte) []byte {
	var out []byte
	for _, f := range fields {
		out = append(out, f...)
	}
	return out
}

func number(field int, value uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(nil, uint64(field)<<3), value)
}

func sub(field int, body []byte) []byte {
	out := binary.AppendUvarint(nil, uint64(field)<<3|2)
	return append(binary.AppendUvarint(out, uint64(len(body))), body...)
}

func text(field int, value string) []byte { return sub(field, []byte(value)) }
