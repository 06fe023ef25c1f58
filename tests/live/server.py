# Copyright the hfscan authors.
# SPDX-License-Identifier: Apache-2.0
"""A local AWS API server: moto from PyPI, with what it lacks of what the environments use.

    python server.py PORT     serve on 127.0.0.1:PORT until interrupted

What is added here is only what the documentation of the services says: the security group that EKS makes
for a cluster, EKS add-ons, backup policies of EFS, the metadata defaults of an account, and the element in
which S3 wraps the versioning of a bucket. What is taken away: a check of log buckets that does not know the
policies which AWS documents, and one of flow logs that takes a prefix for a bucket.
"""

import json
import logging
import os
import sys
import time

# All of AWS's own policies, because roles attach them; none of its thousand public images.
# The account that the policies of the environments name as their own.
os.environ.setdefault("MOTO_ACCOUNT_ID", "111122223333")
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")

from moto.ec2.models import ec2_backends
from moto.ec2.responses import EC2Response
from moto.eks import urls as eks_urls
from moto.eks.models import EKSBackend
from moto.eks.responses import EKSResponse
from moto.efs.responses import EFSResponse
from moto.s3.models import FakeBucket, S3Backend
from moto.s3.responses import S3Response
from moto.server import ThreadedMotoServer


def cluster_with_group(create):
    """EKS makes a security group for every cluster; its members reach each other."""

    def wrapped(self, *args, **kwargs):
        cluster = create(self, *args, **kwargs)
        ec2 = ec2_backends[self.account_id][self.region_name]
        config = cluster.resources_vpc_config
        subnet = ec2.get_subnet(config["subnetIds"][0])
        group = ec2.create_security_group(
            f"eks-cluster-sg-{cluster.name}-{abs(hash(cluster.name)) % 10**9}",
            "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes",
            subnet.vpc_id,
            tags={"aws:eks:cluster-name": cluster.name},
        )
        ec2.authorize_security_group_ingress(
            group.id, "-1", -1, -1, ip_ranges=[], source_groups=[{"GroupId": group.id}]
        )
        config["clusterSecurityGroupId"] = group.id
        config["vpcId"] = subnet.vpc_id
        self.addons = getattr(self, "addons", {})
        return cluster

    return wrapped


def addons_of(response):
    backend = response.eks_backend
    if not hasattr(backend, "addons"):
        backend.addons = {}
    return backend.addons


def create_addon(self):
    cluster, name = self._get_param("name"), self._get_param("addonName")
    arn = f"arn:aws:eks:{self.region}:{self.current_account}:addon/{cluster}/{name}/{len(addons_of(self)):08x}"
    addon = {
        "addonName": name,
        "clusterName": cluster,
        "status": "ACTIVE",
        "addonVersion": self._get_param("addonVersion") or "v1.0.0-eksbuild.1",
        "addonArn": arn,
        "serviceAccountRoleArn": self._get_param("serviceAccountRoleArn"),
        "configurationValues": self._get_param("configurationValues"),
        "tags": self._get_param("tags") or {},
        "createdAt": time.time(),
        "modifiedAt": time.time(),
    }
    addons_of(self)[(cluster, name)] = {key: value for key, value in addon.items() if value is not None}
    return answer({"addon": addons_of(self)[(cluster, name)]})


def describe_addon(self):
    key = (self._get_param("name"), self._get_param("addonName"))
    if key not in addons_of(self):
        return not_found("No addon: " + key[1])
    return answer({"addon": addons_of(self)[key]})


def list_addons(self):
    cluster = self._get_param("name")
    return answer({"addons": sorted(name for of, name in addons_of(self) if of == cluster)})


def delete_addon(self):
    addon = addons_of(self).pop((self._get_param("name"), self._get_param("addonName")), None)
    return answer({"addon": addon}) if addon else not_found("No addon")


def updates_of(update):
    """Changes of a cluster are over at once; the provider asks for the update all the same."""

    def wrapped(self):
        update(self)
        return describe_update(self)

    return wrapped


def describe_update(self):
    update = {"id": "done", "status": "Successful", "type": "LoggingUpdate", "params": [], "errors": []}
    return answer({"update": update | {"createdAt": time.time()}})


def list_pod_identity_associations(self):
    return answer({"associations": []})


def answer(body):
    return 200, {"Content-Type": "application/json"}, json.dumps(body)


def not_found(message):
    headers = {"Content-Type": "application/json", "x-amzn-errortype": "ResourceNotFoundException"}
    return 404, headers, json.dumps({"message": message})


def put_backup_policy(self):
    file_system = self.efs_backend.file_systems_by_id[self._get_param("FileSystemId")]
    status = self._get_param("BackupPolicy")["Status"]
    file_system._backup = status in ("ENABLED", "ENABLING")
    return json.dumps({"BackupPolicy": {"Status": status}}), {"Content-Type": "application/json"}


def get_bucket_versioning(self):
    status = self.backend.get_bucket_versioning(self.bucket_name)
    inner = f"<Status>{status}</Status>" if status else ""
    namespace = "http://s3.amazonaws.com/doc/2006-03-01/"
    return 200, {}, f'<VersioningConfiguration xmlns="{namespace}">{inner}</VersioningConfiguration>'


def get_instance_metadata_defaults(self):
    namespace = "http://ec2.amazonaws.com/doc/2016-11-15/"
    return (
        f'<GetInstanceMetadataDefaultsResponse xmlns="{namespace}"><requestId>none</requestId>'
        "<accountLevel/></GetInstanceMetadataDefaultsResponse>"
    )


def extend():
    EKSBackend.create_cluster = cluster_with_group(EKSBackend.create_cluster)
    EKSResponse.update_cluster_config = updates_of(EKSResponse.update_cluster_config)
    added = (create_addon, describe_addon, list_addons, delete_addon, describe_update, list_pod_identity_associations)
    for function in added:
        setattr(EKSResponse, function.__name__, function)
    dispatch = eks_urls.url_paths["{0}/clusters$"]
    eks_urls.url_paths.update(
        {
            "{0}/clusters/(?P<name>[^/]+)/addons$": dispatch,
            "{0}/clusters/(?P<name>[^/]+)/addons/(?P<addonName>[^/]+)$": dispatch,
            "{0}/clusters/(?P<name>[^/]+)/updates/(?P<updateId>[^/]+)$": dispatch,
            "{0}/clusters/(?P<name>[^/]+)/pod-identity-associations$": dispatch,
        }
    )
    EFSResponse.put_backup_policy = put_backup_policy
    S3Response.get_bucket_versioning = get_bucket_versioning
    EC2Response.get_instance_metadata_defaults = get_instance_metadata_defaults
    FakeBucket._log_permissions_enabled_policy = lambda self, **_: True
    get_bucket = S3Backend.get_bucket
    S3Backend.get_bucket = lambda self, name: get_bucket(self, name.split("/")[0])


def start(port):
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    extend()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    return server


if __name__ == "__main__":
    running = start(int(sys.argv[1]))
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        running.stop()
