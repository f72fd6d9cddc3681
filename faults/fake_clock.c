/* The wall clock of a process, moved by as many seconds as a file says; the other clocks run on as they do when
 * somebody sets a machine's clock. `$FAKE_CLOCK.<pid>` comes before `$FAKE_CLOCK`. (libfaketime 0.9.10 does this only
 * together with the monotonic clock, or breaks the sleeping of Python.)
 *
 * cc -shared -fPIC -O2 -o fake_clock.so fake_clock.c; LD_PRELOAD=fake_clock.so FAKE_CLOCK=file program
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long read_seconds(const char *path, int *found)
{
    char text[32];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    ssize_t size = read(file, text, sizeof text - 1);
    close(file);
    if (size <= 0)
        return 0;
    text[size] = 0;
    *found = 1;
    return strtol(text, NULL, 10);
}

static long moved(void)
{
    const char *path = getenv("FAKE_CLOCK");
    char own[4096];
    int found = 0;
    long seconds;
    if (path == NULL)
        return 0;
    snprintf(own, sizeof own, "%s.%d", path, (int)getpid());
    seconds = read_seconds(own, &found);
    return found ? seconds : read_seconds(path, &found);
}

int clock_gettime(clockid_t id, struct timespec *at)
{
    int failed = (int)syscall(SYS_clock_gettime, id, at);
    if (!failed && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        at->tv_sec += moved();
    return failed;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at != NULL)
        *at = now.tv_sec;
    return now.tv_sec;
}
