#define _GNU_SOURCE
/* A fast server for measurements: reads POSTs on each connection and answers success after so many milliseconds.
 * Usage: server PORT DELAY_MS */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 65536 };
static const char REPLY[] = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"status\":\"success\"}";
static useconds_t delay;

/* Length of the first whole request in the buffer, or 0 while it is not complete. The buffer ends with a zero. */
static size_t request_length(const char *buffer, size_t filled) {
    const char *blank = strstr(buffer, "\r\n\r\n");
    const char *field = strcasestr(buffer, "\r\ncontent-length:");
    if (!blank) return 0;
    size_t length = (size_t)(blank - buffer) + 4;
    if (field && field < blank) length += strtoul(field + 17, NULL, 10);
    return length <= filled ? length : 0;
}

static void *answer(void *argument) {
    int client = (int)(long)argument, on = 1;
    size_t filled = 0, length;
    char *buffer = calloc(1, ROOM + 1);
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    for (;;) {
        ssize_t got = read(client, buffer + filled, ROOM - filled);
        if (got <= 0) break;
        buffer[filled += (size_t)got] = 0;
        while ((length = request_length(buffer, filled))) {
            if (delay) usleep(delay);
            if (write(client, REPLY, sizeof REPLY - 1) < 0) break;
            memmove(buffer, buffer + length, filled - length + 1);
            filled -= length;
        }
    }
    close(client);
    free(buffer);
    return NULL;
}

int main(int count, char **arguments) {
    if (count < 3) return 2;
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(arguments[1]))};
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    delay = (useconds_t)(atof(arguments[2]) * 1000);
    signal(SIGPIPE, SIG_IGN);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&place, sizeof place) || listen(listener, 64)) return 1;
    for (;;) {
        pthread_t thread;
        int client = accept(listener, NULL, NULL);
        if (client >= 0 && !pthread_create(&thread, NULL, answer, (void *)(long)client)) pthread_detach(thread);
    }
}
