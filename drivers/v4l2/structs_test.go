//go:build linux

package v4l2

import (
	"testing"
	"unsafe"
)

// TestRequestsAreTheKernels compares the requests, in which the sizes of the structs are,
// with those of the kernel's header, as a C compiler has them on machines of 64 bits.
func TestRequestsAreTheKernels(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("the numbers are those of 64 bits")
	}
	for name, pair := range map[string][2]uintptr{
		"VIDIOC_QUERYCAP":            {requestCapability, 0x80685600},
		"VIDIOC_ENUM_FMT":            {requestEnumFormat, 0xc0405602},
		"VIDIOC_G_FMT":               {requestGetFormat, 0xc0d05604},
		"VIDIOC_S_FMT":               {requestSetFormat, 0xc0d05605},
		"VIDIOC_REQBUFS":             {requestBuffers, 0xc0145608},
		"VIDIOC_QUERYBUF":            {requestQueryBuffer, 0xc0585609},
		"VIDIOC_QBUF":                {requestQueue, 0xc058560f},
		"VIDIOC_DQBUF":               {requestDequeue, 0xc0585611},
		"VIDIOC_STREAMON":            {requestStreamOn, 0x40045612},
		"VIDIOC_STREAMOFF":           {requestStreamOff, 0x40045613},
		"VIDIOC_G_PARM":              {requestGetRate, 0xc0cc5615},
		"VIDIOC_S_PARM":              {requestSetRate, 0xc0cc5616},
		"VIDIOC_G_STD":               {requestGetStandard, 0x80085617},
		"VIDIOC_S_STD":               {requestSetStandard, 0x40085618},
		"VIDIOC_ENUMSTD":             {requestEnumStandard, 0xc0485619},
		"VIDIOC_ENUMINPUT":           {requestEnumInput, 0xc050561a},
		"VIDIOC_G_CTRL":              {requestGetControl, 0xc008561b},
		"VIDIOC_S_CTRL":              {requestSetControl, 0xc008561c},
		"VIDIOC_QUERYCTRL":           {requestQueryControl, 0xc0445624},
		"VIDIOC_QUERYMENU":           {requestQueryMenu, 0xc02c5625},
		"VIDIOC_G_INPUT":             {requestGetInput, 0x80045626},
		"VIDIOC_S_INPUT":             {requestSetInput, 0xc0045627},
		"VIDIOC_QUERYSTD":            {requestAskStandard, 0x8008563f},
		"VIDIOC_ENUM_FRAMESIZES":     {requestEnumSize, 0xc02c564a},
		"VIDIOC_ENUM_FRAMEINTERVALS": {requestEnumInterval, 0xc034564b},
		"VIDIOC_S_DV_TIMINGS":        {requestSetTimings, 0xc0845657},
		"VIDIOC_G_DV_TIMINGS":        {requestGetTimings, 0xc0845658},
		"VIDIOC_DQEVENT":             {requestEvent, 0x80885659},
		"VIDIOC_SUBSCRIBE_EVENT":     {requestSubscribe, 0x4020565a},
		"VIDIOC_QUERY_DV_TIMINGS":    {requestAskTimings, 0x80845663},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %#x, want %#x", name, pair[0], pair[1])
		}
	}
}
