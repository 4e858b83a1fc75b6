/** Where the list was, to go back there from a ticket. */
export const listAddress = $state({ value: "/" });
