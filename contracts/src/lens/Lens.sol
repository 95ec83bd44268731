// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDeviceRegistry} from "../interfaces/IDeviceRegistry.sol";
import {IJobBook} from "../interfaces/IJobBook.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {ILens} from "../interfaces/ILens.sol";
import {IOracleCommittee} from "../interfaces/IOracleCommittee.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {IStakeManager} from "../interfaces/IStakeManager.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";

/// @title Lens: documented on its interface, ILens
contract Lens is ILens {
    uint256 public constant PAGE_MAX = 256;

    ITokenVault public immutable vault;
    IStakeManager public immutable stake;
    IDeviceRegistry public immutable devices;
    IJobMarket public immutable market;
    ISettlement public immutable settlement;
    IOracleCommittee public immutable committee;

    modifier bounded(uint256 length) {
        if (length > PAGE_MAX) revert PageTooLong(length, PAGE_MAX);
        _;
    }

    constructor(
        ITokenVault vault_,
        IStakeManager stake_,
        IDeviceRegistry devices_,
        IJobMarket market_,
        ISettlement settlement_,
        IOracleCommittee committee_
    ) {
        vault = vault_;
        stake = stake_;
        devices = devices_;
        market = market_;
        settlement = settlement_;
        committee = committee_;
    }

    function jobs(uint64[] calldata jobIds)
        external
        view
        bounded(jobIds.length)
        returns (IJobBook.JobView[] memory shown)
    {
        shown = new IJobBook.JobView[](jobIds.length);
        for (uint256 i = 0; i < jobIds.length; ++i) {
            shown[i] = market.job(jobIds[i]);
        }
    }

    function accounts(address[] calldata accounts_)
        external
        view
        bounded(accounts_.length)
        returns (AccountView[] memory shown)
    {
        shown = new AccountView[](accounts_.length);
        for (uint256 i = 0; i < accounts_.length; ++i) {
            shown[i] = _account(accounts_[i]);
        }
    }

    function providers(address[] calldata providers_)
        external
        view
        bounded(providers_.length)
        returns (ProviderView[] memory shown)
    {
        shown = new ProviderView[](providers_.length);
        for (uint256 i = 0; i < providers_.length; ++i) {
            address provider = providers_[i];
            shown[i].provider = provider;
            (shown[i].staked, shown[i].locked, shown[i].unbonding,) = stake.stakeOf(provider);
            shown[i].free = stake.freeStakeOf(provider);
            shown[i].account = _account(provider);
        }
    }

    function devicesOf(address[] calldata devices_)
        external
        view
        bounded(devices_.length)
        returns (DeviceView[] memory shown)
    {
        shown = new DeviceView[](devices_.length);
        for (uint256 i = 0; i < devices_.length; ++i) {
            address device = devices_[i];
            shown[i].device = device;
            (shown[i].provider, shown[i].index, shown[i].active, shown[i].deviceClass) = devices.deviceOf(device);
            shown[i].activeJobs = market.activeJobs(device);
            shown[i].nonceFloor = market.nonceFloor(device);
        }
    }

    function committeeAt(uint64 epoch) public view returns (CommitteeView memory shown) {
        if (epoch == 0) epoch = committee.currentEpoch();
        address[] memory keys;
        bytes32[] memory pins;
        (shown.n, shown.q, keys, pins) = committee.committeeOf(epoch);
        shown.epoch = epoch;
        shown.scheme = committee.schemeOf(epoch);
        shown.answersUntil = committee.answersUntil(epoch);
        shown.digest = committee.epochDigest(epoch);
        uint64[] memory points = committee.pointsOf(epoch);
        shown.oracles = new OracleView[](keys.length);
        uint256 able = 0;
        for (uint256 i = 0; i < keys.length; ++i) {
            bool removed = committee.isRemoved(keys[i]);
            shown.oracles[i] = OracleView(keys[i], pins[i], removed, points[i]);
            if (!removed) ++able;
        }
        shown.canReport = able >= shown.q && block.timestamp <= shown.answersUntil;
    }

    function committees() external view returns (CommitteeView[] memory shown) {
        uint64 current = committee.currentEpoch();
        uint64 first = committee.oldestEpoch();
        while (committee.answersUntil(first) < block.timestamp) {
            ++first; // ends at the current epoch, which answers for ever
        }
        shown = new CommitteeView[](current - first + 1);
        for (uint64 epoch = first; epoch <= current; ++epoch) {
            shown[epoch - first] = committeeAt(epoch);
        }
    }

    function _account(address account) private view returns (AccountView memory shown) {
        shown.account = account;
        shown.credit = vault.creditOf(account);
        (shown.claimable, shown.claimableLock) = settlement.claimableOf(account);
        (shown.pending, shown.pendingLock) = settlement.pendingOf(account);
    }
}
