//! Actions of listeners and of their rules.

use aws_sdk_elasticloadbalancingv2::types::{Action, RedirectActionConfig};

use crate::collect::aws::context::links;
use crate::inventory::Value;
use crate::inventory::aws::elb;

/// Returns actions in the order in which they run.
pub(super) fn in_order(actions: Option<&[Action]>) -> Value<Vec<elb::Action>> {
    let mut actions: Vec<&Action> = actions.unwrap_or_default().iter().collect();
    actions.sort_by_key(|action| action.order.unwrap_or_default());
    Value::Known(actions.into_iter().map(action).collect())
}

fn action(action: &Action) -> elb::Action {
    let of_redirect = |read: fn(&RedirectActionConfig) -> Option<String>| {
        Value::Known(action.redirect_config.as_ref().and_then(read))
    };
    let forwarded = action.forward_config.as_ref().and_then(|forward| forward.target_groups.as_deref());
    let forwarded = forwarded.unwrap_or_default().iter().filter_map(|group| group.target_group_arn.clone());
    elb::Action {
        action_type: Value::Known(action.r#type.as_ref().map_or("forward", |name| name.as_str()).to_owned()),
        redirect_protocol: of_redirect(|redirect| redirect.protocol.clone()),
        redirect_port: of_redirect(|redirect| redirect.port.clone()),
        redirect_status: of_redirect(|redirect| Some(redirect.status_code.as_ref()?.as_str().to_owned())),
        // The one that stands alone is repeated in the weighted list.
        target_groups: links(action.target_group_arn.clone().into_iter().chain(forwarded)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_elasticloadbalancingv2::types::{
        ActionTypeEnum, ForwardActionConfig, RedirectActionStatusCodeEnum, TargetGroupTuple,
    };

    #[test]
    fn actions_stand_in_their_order() {
        let forward = Action::builder()
            .r#type(ActionTypeEnum::Forward)
            .order(2)
            .target_group_arn("arn:a")
            .forward_config(
                ForwardActionConfig::builder()
                    .target_groups(TargetGroupTuple::builder().target_group_arn("arn:a").build())
                    .target_groups(TargetGroupTuple::builder().target_group_arn("arn:b").build())
                    .build(),
            )
            .build();
        let login = Action::builder().r#type(ActionTypeEnum::AuthenticateOidc).order(1).build();
        let actions = in_order(Some(&[forward, login]));
        let actions = actions.known().unwrap();
        assert!(actions[0].action_type.is(&"authenticate-oidc".to_owned()));
        assert_eq!(actions[1].target_groups, links(["arn:a", "arn:b"]));
    }

    #[test]
    fn a_redirect_tells_where_to() {
        let redirect = RedirectActionConfig::builder()
            .protocol("HTTPS")
            .port("443")
            .status_code(RedirectActionStatusCodeEnum::Http301)
            .build();
        let action = Action::builder().r#type(ActionTypeEnum::Redirect).redirect_config(redirect).build();
        let actions = in_order(Some(&[action]));
        let read = &actions.known().unwrap()[0];
        assert!(read.redirect_protocol.is(&Some("HTTPS".to_owned())));
        assert!(read.redirect_port.is(&Some("443".to_owned())));
        assert!(read.redirect_status.is(&Some("HTTP_301".to_owned())));
        assert!(in_order(None).known().unwrap().is_empty());
    }
}
