// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStakeManager} from "../interfaces/IStakeManager.sol";
import {SharePool} from "./SharePool.sol";
import {UnbondingQueue} from "./UnbondingQueue.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title What is kept of every provider, and reading it
abstract contract StakeBook is IStakeManager {
    using SharePool for SharePool.Pool;
    using UnbondingQueue for UnbondingQueue.Queue;

    /// @dev The one slot that a job touches. `bond` = self + min(delegated, self · DELEGATION_MULTIPLE).
    struct Account {
        uint96 bond;
        uint96 locked;
        bool hasDelegators; // ever: then Backing.self counts, else self = bond
        bool unbonds; // own stake is in _unbonding
    }

    struct Backing {
        uint96 self;
        uint16 commissionBps;
        uint16 nextCommissionBps;
        uint40 nextCommissionFrom;
    }

    /// @dev All of a provider's money, in memory.
    struct Money {
        uint96 self;
        SharePool.Pool unbonding; // his own
        SharePool.Pool delegated;
        SharePool.Pool leaving; // unbonding of delegators
    }

    uint256 public constant DELEGATION_MULTIPLE = 4;

    address public immutable vault;
    address public immutable governor;
    address public immutable market;
    address public immutable settlement;
    address public immutable insurance;
    uint32 public immutable unbondingDelayMinS;
    uint32 public immutable unbondingEpochS;
    uint32 public unbondingDelayS;

    mapping(address provider => Account) internal _accounts;
    mapping(address provider => Backing) internal _backings;
    mapping(address provider => SharePool.Pool) internal _unbonding;
    mapping(address provider => SharePool.Pool) internal _delegated;
    mapping(address provider => SharePool.Pool) internal _leaving;
    mapping(address provider => UnbondingQueue.Queue) internal _queues;
    mapping(address provider => mapping(address delegator => SharePool.Holding)) internal _holdings;
    mapping(address provider => mapping(address delegator => UnbondingQueue.Queue)) internal _leavers;

    modifier onlyGovernor() {
        if (msg.sender != governor) revert NotGovernor(msg.sender, governor);
        _;
    }

    function stakeOf(address provider)
        external
        view
        returns (uint96 staked, uint96 locked, uint96 unbonding, uint40 availableAt)
    {
        Account memory account = _accounts[provider];
        SharePool.Pool memory pool = _unbonding[provider];
        (, availableAt) = _queues[provider].sum(pool.generation, unbondingEpochS);
        return (_selfOf(provider, account) + pool.tokens, account.locked, pool.tokens, availableAt);
    }

    function freeStakeOf(address provider) external view returns (uint96) {
        return _free(_accounts[provider]);
    }

    function backingOf(address provider)
        external
        view
        returns (uint96 self, uint96 delegated, uint96 leaving, uint96 bond)
    {
        Account memory account = _accounts[provider];
        return (_selfOf(provider, account), _delegated[provider].tokens, _leaving[provider].tokens, account.bond);
    }

    function delegationOf(address provider, address delegator)
        external
        view
        returns (uint128 shares, uint96 amount, uint96 leaving, uint40 availableAt)
    {
        SharePool.Pool memory pool = _delegated[provider];
        shares = pool.sharesOf(_holdings[provider][delegator]);
        amount = pool.worth(shares);
        pool = _leaving[provider];
        uint128 leavingShares;
        (leavingShares, availableAt) = _leavers[provider][delegator].sum(pool.generation, unbondingEpochS);
        leaving = pool.worth(leavingShares);
    }

    function commissionOf(address provider) public view returns (uint16 bps, uint16 nextBps, uint40 nextFrom) {
        Backing memory backing = _backings[provider];
        bool changed = block.timestamp >= backing.nextCommissionFrom;
        bps = changed ? backing.nextCommissionBps : backing.commissionBps;
        return (bps, backing.nextCommissionBps, backing.nextCommissionFrom);
    }

    function standingBond(uint96 jobPriceMax, uint16 auditBps, uint16 detectionBps) external pure returns (uint256) {
        _requireRates(auditBps, detectionBps);
        return Math.ceilDiv(uint256(jobPriceMax) * 3e8, 2 * uint256(auditBps) * detectionBps);
    }

    function jobPriceMaxOf(address provider, uint16 auditBps, uint16 detectionBps) external view returns (uint256) {
        _requireRates(auditBps, detectionBps);
        return uint256(_accounts[provider].bond) * 2 * auditBps * detectionBps / 3e8;
    }

    function _requireRates(uint16 auditBps, uint16 detectionBps) private pure {
        if (auditBps == 0 || auditBps > 10_000) revert RateOutOfRange(auditBps, 10_000);
        if (detectionBps == 0 || detectionBps > 10_000) revert RateOutOfRange(detectionBps, 10_000);
    }

    function _selfOf(address provider, Account memory account) internal view returns (uint96) {
        return account.hasDelegators ? _backings[provider].self : account.bond;
    }

    function _free(Account memory account) internal pure returns (uint96) {
        return account.bond > account.locked ? account.bond - account.locked : 0;
    }

    /// @dev Writes what a provider himself has at stake, and the bond that follows from it.
    function _saveSelf(address provider, Account memory account, uint96 self) internal {
        account.bond = self;
        if (account.hasDelegators) {
            _backings[provider].self = self;
            account.bond = _bondOf(self, _delegated[provider].tokens);
        }
        _accounts[provider] = account;
    }

    function _bondOf(uint96 self, uint96 delegated) internal pure returns (uint96) {
        uint256 counted = Math.min(delegated, uint256(self) * DELEGATION_MULTIPLE);
        return _fits(self + counted);
    }

    function _fits(uint256 amount) internal pure returns (uint96) {
        if (amount > type(uint96).max) revert StakeTooLarge(amount, type(uint96).max);
        return uint96(amount);
    }

    function _unbondingEpoch() internal view returns (uint40) {
        return UnbondingQueue.epochOf(block.timestamp + unbondingDelayS, unbondingEpochS);
    }
}
