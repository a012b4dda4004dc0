//! Who may do what.

use super::*;

#[test]
fn running_and_approving_an_allocation_are_separate_permissions() {
    assert!(may(Role::National, &[Permission::Allocator], Act::RunAllocation));
    assert!(!may(Role::National, &[Permission::Allocator], Act::ApproveAllocation));
    assert!(!may(Role::National, &[], Act::ReviewPlan));
}

#[test]
fn only_the_venue_writes_its_plan_and_only_the_wholesaler_sets_a_date() {
    let writers =
        |act| Role::ALL.into_iter().filter(|r| may(*r, &Permission::ALL, act)).collect::<Vec<_>>();
    assert_eq!(writers(Act::EditPlan), [Role::Organizer, Role::Institution]);
    assert_eq!(writers(Act::ScheduleDelivery), [Role::Wholesaler]);
}
