// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Payment, StakeDeposit} from "../interfaces/AssayTypes.sol";
import {IStakeManager} from "../interfaces/IStakeManager.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title StakeManager: documented on its interface, IStakeManager
contract StakeManager is IStakeManager {
    /// @dev availableAt shares the slot that `lock` writes anyway: only with something unbonding is the second slot
    /// read.
    struct Account {
        uint96 staked;
        uint96 locked;
        uint40 availableAt;
        uint96 unbonding;
    }

    address public immutable vault;
    address public immutable market;
    address public immutable settlement;
    address public immutable insurance;
    uint32 public immutable unbondingDelayS;

    mapping(address provider => Account) private _accounts;

    modifier onlyMarket() {
        if (msg.sender != market) revert NotMarket(msg.sender, market);
        _;
    }

    constructor(address vault_, address market_, address settlement_, address insurance_, uint32 unbondingDelayS_) {
        if (vault_ == address(0) || market_ == address(0) || settlement_ == address(0) || insurance_ == address(0)) {
            revert ZeroAddress();
        }
        vault = vault_;
        market = market_;
        settlement = settlement_;
        insurance = insurance_;
        unbondingDelayS = unbondingDelayS_;
    }

    function stakeOf(address provider)
        external
        view
        returns (uint96 staked, uint96 locked, uint96 unbonding, uint40 availableAt)
    {
        Account storage account = _accounts[provider];
        return (account.staked, account.locked, account.unbonding, account.availableAt);
    }

    function freeStakeOf(address provider) external view returns (uint96) {
        return _free(_accounts[provider]);
    }

    function stake(uint96 amount) external {
        _addStake(msg.sender, amount);
        ITokenVault(vault).takeCredit(msg.sender, amount);
    }

    function stakeWithAuthorization(address provider, uint96 amount, uint64 salt, Payment calldata payment) external {
        _addStake(provider, amount);
        bytes32 structHash = AssayHash.hash(StakeDeposit(provider, amount, salt));
        ITokenVault(vault).collect(structHash, provider, amount, payment);
    }

    function requestUnbonding(uint96 amount) external {
        Account storage account = _accounts[msg.sender];
        if (amount == 0) revert ZeroAmount();
        if (account.availableAt != 0) {
            revert UnbondingPending(msg.sender, account.unbonding, account.availableAt);
        }
        uint96 free = _free(account);
        if (free < amount) revert FreeStakeTooSmall(msg.sender, free, amount);
        account.unbonding = amount;
        account.availableAt = uint40(block.timestamp) + unbondingDelayS;
        emit UnbondingRequested(msg.sender, amount, account.availableAt);
    }

    function cancelUnbonding() external {
        Account storage account = _accounts[msg.sender];
        if (account.availableAt == 0) revert NothingUnbonding(msg.sender);
        emit UnbondingCancelled(msg.sender, account.unbonding);
        account.unbonding = 0;
        account.availableAt = 0;
    }

    function withdrawUnbonded() external {
        Account storage account = _accounts[msg.sender];
        if (account.availableAt == 0) revert NothingUnbonding(msg.sender);
        if (block.timestamp < account.availableAt) revert StillUnbonding(block.timestamp, account.availableAt);
        uint96 amount = account.unbonding;
        account.unbonding = 0;
        account.availableAt = 0;
        account.staked -= amount;
        emit Unstaked(msg.sender, amount, account.staked);
        ITokenVault(vault).giveCredit(msg.sender, amount);
    }

    function lock(address provider, uint96 amount) external onlyMarket {
        Account storage account = _accounts[provider];
        uint96 free = _free(account);
        if (free < amount) revert FreeStakeTooSmall(provider, free, amount);
        account.locked += amount;
        emit StakeLocked(provider, amount, account.locked);
    }

    function unlock(address provider, uint96 amount) external {
        if (msg.sender != market && msg.sender != settlement) revert NotMarketOrSettlement(msg.sender);
        Account storage account = _accounts[provider];
        _requireLocked(account, provider, amount);
        account.locked -= amount;
        emit StakeUnlocked(provider, amount, account.locked);
    }

    function penalise(address provider, uint96 locked, uint96 penalty) external onlyMarket returns (uint96 taken) {
        Account storage account = _accounts[provider];
        _requireLocked(account, provider, locked);
        taken = uint96(Math.min(locked, penalty));
        account.locked -= locked;
        account.staked -= taken;
        (uint96 burnedAmount, uint96 insuranceAmount) = _halves(taken);
        emit StakeSlashed(provider, taken, 0, burnedAmount, insuranceAmount, account.staked);
        _spend(address(0), 0, burnedAmount, insuranceAmount);
    }

    function slash(address provider, uint96 locked, uint96 amount, address victim, uint96 compensationMax)
        external
        returns (uint96 taken, uint96 compensation, uint96 burnedAmount, uint96 insuranceAmount)
    {
        if (msg.sender != settlement) revert NotSettlement(msg.sender, settlement);
        taken = _takeForFraud(provider, locked, amount);
        compensation = uint96(Math.min(taken, compensationMax));
        (burnedAmount, insuranceAmount) = _halves(taken - compensation);
        emit StakeSlashed(provider, taken, compensation, burnedAmount, insuranceAmount, _accounts[provider].staked);
        _spend(victim, compensation, burnedAmount, insuranceAmount);
    }

    function _addStake(address provider, uint96 amount) private {
        if (amount == 0) revert ZeroAmount();
        Account storage account = _accounts[provider];
        uint256 staked = uint256(account.staked) + amount;
        if (staked > type(uint96).max) revert StakeTooLarge(staked, type(uint96).max);
        account.staked = uint96(staked);
        emit Staked(provider, amount, uint96(staked));
    }

    /// @dev What other jobs locked is theirs; everything else, unbonding stake last, answers for this fraud.
    function _takeForFraud(address provider, uint96 locked, uint96 amount) private returns (uint96 taken) {
        Account storage account = _accounts[provider];
        _requireLocked(account, provider, locked);
        uint96 lockedByOthers = account.locked - locked;
        taken = uint96(Math.min(amount, account.staked - lockedByOthers));
        uint96 left = account.staked - taken;
        account.locked = lockedByOthers;
        account.staked = left;
        if (account.availableAt != 0 && account.unbonding > left - lockedByOthers) {
            account.unbonding = left - lockedByOthers;
            if (left == lockedByOthers) account.availableAt = 0;
        }
    }

    function _spend(address victim, uint96 compensation, uint96 burnedAmount, uint96 insuranceAmount) private {
        if (compensation > 0) ITokenVault(vault).giveCredit(victim, compensation);
        if (burnedAmount > 0) ITokenVault(vault).burn(burnedAmount);
        if (insuranceAmount > 0) ITokenVault(vault).giveCredit(insurance, insuranceAmount);
    }

    function _free(Account storage account) private view returns (uint96 free) {
        free = account.staked - account.locked;
        if (account.availableAt != 0) free -= account.unbonding;
    }

    function _requireLocked(Account storage account, address provider, uint96 amount) private view {
        if (account.locked < amount) revert LockTooSmall(provider, account.locked, amount);
    }

    /// @dev At least half burned: rounded up.
    function _halves(uint96 amount) private pure returns (uint96 burnedAmount, uint96 rest) {
        rest = amount / 2;
        burnedAmount = amount - rest;
    }
}
