#ifndef JOBS_BOX_SERVE_H
#define JOBS_BOX_SERVE_H

/*
 * `podium-box serve`: the part that holds the privilege, or makes the user namespace that stands in
 * for it. Takes struct box_open from `conn`, each with the box's end of a connection, makes a box
 * for it and stays out of what is said there. Ends with all its boxes when `conn` does. Returns the
 * exit status.
 */
int serve_boxes(int conn);

#endif
