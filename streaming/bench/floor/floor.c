// The floor: what it costs to write a picture to N sockets and do nothing else.
// One thread, epoll(7), one write(2) of a ready-made part for a viewer and a
// picture; a viewer that is not done with one gets the newest when it is.
//
// usage: floor PORT FPS PICTURE...
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

struct part { long number; size_t size; int holders; char bytes[]; };
struct viewer { int fd; struct part *sending; size_t sent; long had; struct viewer *next; };

static struct viewer *viewers;
static struct part *newest;
static int events;

static void need(int ok, const char *what) {
	if (!ok) { perror(what); exit(1); }
}

static void drop(struct part *p) {
	if (p && --p->holders == 0) free(p);
}

static struct part *hold(struct part *p) {
	p->holders++;
	return p;
}

static struct part *make_part(const char *picture, size_t size) {
	static long number;
	struct part *p = malloc(sizeof *p + size + 256);
	need(p != NULL, "malloc");
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	int n = sprintf(p->bytes, "Content-Type: image/jpeg\r\nContent-Length: %zu\r\nX-Timestamp: %ld.%06ld\r\n\r\n",
		size, (long)now.tv_sec, now.tv_nsec / 1000);
	memcpy(p->bytes + n, picture, size);
	n += size;
	n += sprintf(p->bytes + n, "\r\n--fanlight\r\n");
	p->size = n;
	p->holders = 1;
	p->number = ++number;
	return p;
}

// push writes what the viewer can take now; it returns false once it is gone.
static int push(struct viewer *v) {
	for (;;) {
		if (!v->sending) {
			if (!newest || v->had == newest->number) return 1;
			v->sending = hold(newest);
			v->sent = 0;
		}
		ssize_t n = write(v->fd, v->sending->bytes + v->sent, v->sending->size - v->sent);
		if (n < 0) return errno == EAGAIN;
		v->sent += n;
		if (v->sent < v->sending->size) continue; // until EAGAIN arms the edge
		v->had = v->sending->number;
		drop(v->sending);
		v->sending = NULL;
	}
}

static void push_all(void) {
	for (struct viewer **at = &viewers; *at;) {
		struct viewer *v = *at;
		if (push(v)) { at = &v->next; continue; }
		*at = v->next;
		drop(v->sending);
		close(v->fd);
		free(v);
	}
}

static void welcome(int listener) {
	int fd = accept4(listener, NULL, NULL, 0);
	need(fd >= 0, "accept");
	char request[4096];
	const char head[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n"
		"Content-Type: multipart/x-mixed-replace; boundary=fanlight\r\n\r\n--fanlight\r\n";
	if (read(fd, request, sizeof request) <= 0 || write(fd, head, sizeof head - 1) < 0) {
		close(fd);
		return;
	}
	need(fcntl(fd, F_SETFL, O_NONBLOCK) == 0, "fcntl");
	struct viewer *v = calloc(1, sizeof *v);
	need(v != NULL, "calloc");
	v->fd = fd;
	v->next = viewers;
	viewers = v;
	struct epoll_event e = {.events = EPOLLOUT | EPOLLET, .data.ptr = v};
	need(epoll_ctl(events, EPOLL_CTL_ADD, fd, &e) == 0, "epoll_ctl");
}

int main(int argc, char **argv) {
	if (argc < 4) { fprintf(stderr, "usage: floor PORT FPS PICTURE...\n"); return 2; }
	signal(SIGPIPE, SIG_IGN);
	char **pictures = argv + 3;
	int count = argc - 3, turn = 0;
	char *bytes[count];
	size_t sizes[count];
	for (int i = 0; i < count; i++) {
		int fd = open(pictures[i], O_RDONLY);
		struct stat s;
		need(fd >= 0 && fstat(fd, &s) == 0, pictures[i]);
		bytes[i] = malloc(sizes[i] = s.st_size);
		need(read(fd, bytes[i], sizes[i]) == (ssize_t)sizes[i], pictures[i]);
		close(fd);
	}
	int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	need(bind(listener, (struct sockaddr *)&here, sizeof here) == 0 && listen(listener, 4096) == 0, "listen");
	events = epoll_create1(0);
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = &listener};
	need(epoll_ctl(events, EPOLL_CTL_ADD, listener, &e) == 0, "epoll_ctl");
	int clock = timerfd_create(CLOCK_MONOTONIC, 0);
	long every = 1e9 / atof(argv[2]);
	struct itimerspec tick = {{0, every}, {0, every}};
	need(timerfd_settime(clock, 0, &tick, NULL) == 0, "timerfd_settime");
	e.data.ptr = &clock;
	need(epoll_ctl(events, EPOLL_CTL_ADD, clock, &e) == 0, "epoll_ctl");
	for (;;) {
		struct epoll_event ready[256];
		int n = epoll_wait(events, ready, 256, -1);
		need(n >= 0 || errno == EINTR, "epoll_wait");
		for (int i = 0; i < n; i++) {
			if (ready[i].data.ptr == &listener) {
				welcome(listener);
			} else if (ready[i].data.ptr == &clock) {
				uint64_t ticks;
				need(read(clock, &ticks, sizeof ticks) == sizeof ticks, "timerfd");
				if (!viewers) continue;
				drop(newest);
				newest = make_part(bytes[turn], sizes[turn]);
				turn = (turn + 1) % count;
				// The viewers that were freed may still be among the ready ones.
				push_all();
				break;
			} else {
				push(ready[i].data.ptr);
			}
		}
	}
}
