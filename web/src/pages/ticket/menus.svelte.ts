/** Which menu of the properties is open: keys open them, too. */
export const menus = $state({ status: false, priority: false, assignee: false });
