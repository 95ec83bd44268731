// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOracleCommittee} from "../interfaces/IOracleCommittee.sol";
import {IOracleStake, OracleRegistration} from "../interfaces/IOracleStake.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @title Stake behind oracles' keys: in, out, and enough of it
abstract contract OracleBonds is IOracleStake, EIP712 {
    struct Bond {
        address operator;
        uint96 staked;
        uint96 unbonding; // part of staked
        uint40 availableAt;
        uint16 place; // in _keys, from 1; 0: not registered
        bool punished; // for ever, even when forgotten otherwise
        // When the key last began, ended and began again to have bondMin that was not asked back; 0: never. In 32 bits:
        // until the year 2106.
        uint32 stoodFrom;
        uint32 stoodUntil;
        uint32 standsFrom;
    }

    uint256 private constant ORACLES_MAX = 1_024;
    bytes32 private constant REGISTRATION_TYPEHASH =
        keccak256("OracleRegistration(address operator,address key,uint40 expiry)");

    address public immutable vault;
    address public immutable committee;
    address public immutable insurance;
    address public immutable panelDraw;
    uint96 internal immutable BOND_MIN;
    uint96 internal immutable REWARD_CAP;
    uint32 internal immutable UNBONDING_DELAY_S;
    uint32 internal immutable ANSWERS_AFTER_S;
    uint32 internal immutable BOND_GRACE_S;
    uint32 internal immutable PAY_PERIOD_S;
    uint40 private immutable BONDED_FROM;

    mapping(address key => Bond) internal _bonds;
    mapping(address key => uint40) private _penalisedAt;
    /// @dev By place. A key stays at its place as long as it is registered: the order that a seed draws (PanelDraw) must
    /// not change by who leaves.
    address[] private _keys;
    uint16[] private _freePlaces;

    constructor(address vault_, address committee_, address insurance_, address panelDraw_, Params memory p)
        EIP712(AssayHash.NAME, AssayHash.VERSION)
    {
        if (vault_ == address(0) || insurance_ == address(0)) revert ZeroAddress();
        uint256 answersS = uint256(IOracleCommittee(committee_).overlapS()) + p.answersAfterS;
        if (p.unbondingDelayS <= answersS) revert UnbondingTooShort(p.unbondingDelayS, answersS + 1);
        vault = vault_;
        committee = committee_;
        insurance = insurance_;
        panelDraw = panelDraw_;
        BOND_MIN = p.bondMin;
        REWARD_CAP = p.rewardCap;
        UNBONDING_DELAY_S = p.unbondingDelayS;
        ANSWERS_AFTER_S = p.answersAfterS;
        BOND_GRACE_S = p.bondGraceS;
        PAY_PERIOD_S = p.payPeriodS;
        BONDED_FROM = uint40(block.timestamp) + p.bondGraceS;
    }

    modifier onlyOperator(address key) {
        address operator = _bonds[key].operator;
        if (operator == address(0)) revert NotRegistered(key);
        if (msg.sender != operator) revert NotOperator(msg.sender, operator);
        _;
    }

    function params() external view returns (Params memory) {
        return Params({
            bondMin: BOND_MIN,
            rewardCap: REWARD_CAP,
            unbondingDelayS: UNBONDING_DELAY_S,
            answersAfterS: ANSWERS_AFTER_S,
            bondGraceS: BOND_GRACE_S,
            payPeriodS: PAY_PERIOD_S
        });
    }

    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    function bondOf(address key)
        external
        view
        returns (address operator, uint96 staked, uint96 unbonding, uint40 availableAt, bool punished)
    {
        Bond storage bond = _bonds[key];
        return (bond.operator, bond.staked, bond.unbonding, bond.availableAt, bond.punished);
    }

    function activeStakeOf(address key) public view returns (uint96) {
        Bond storage bond = _bonds[key];
        return bond.staked - bond.unbonding;
    }

    function oracleCount() external view returns (uint256) {
        return _keys.length - _freePlaces.length;
    }

    function places() external view returns (uint16) {
        return uint16(_keys.length);
    }

    function oracleAt(uint256 place) external view returns (address) {
        return _keys[place];
    }

    /// @dev What a key did after the opening does not count, or whoever knows the seed could step in or out.
    function jurorAt(uint256 place, uint40 openedAt, uint32 ageS)
        external
        view
        returns (address key, address operator)
    {
        key = _keys[place];
        if (BOND_MIN == 0 || key == address(0)) return (address(0), address(0));
        Bond storage bond = _bonds[key];
        bool stood = bond.stoodFrom != 0 && uint256(bond.stoodFrom) + ageS <= openedAt && bond.stoodUntil > openedAt;
        bool stands = bond.standsFrom != 0 && uint256(bond.standsFrom) + ageS <= openedAt;
        return stood || stands ? (key, bond.operator) : (address(0), address(0));
    }

    function register(OracleRegistration calldata registration, uint96 amount, bytes calldata keySignature) external {
        address key = registration.key;
        if (msg.sender != registration.operator) revert NotOperator(msg.sender, registration.operator);
        if (block.timestamp > registration.expiry) revert RegistrationExpired(block.timestamp, registration.expiry);
        Bond storage bond = _bonds[key];
        if (bond.punished) revert Punished(key);
        if (bond.operator != address(0)) revert AlreadyRegistered(key);
        if (amount == 0) revert ZeroAmount();
        if (amount < BOND_MIN) revert StakeTooSmall(amount, BOND_MIN);
        if (_keys.length - _freePlaces.length == ORACLES_MAX) revert TooManyOracles(ORACLES_MAX + 1, ORACLES_MAX);
        bytes32 structHash = keccak256(abi.encode(REGISTRATION_TYPEHASH, registration));
        address signer = ECDSA.recoverCalldata(_hashTypedDataV4(structHash), keySignature);
        if (signer != key) revert WrongKeySignature(signer, key);
        bond.operator = msg.sender;
        bond.place = _takePlace(key);
        (bond.stoodFrom, bond.stoodUntil, bond.standsFrom) = (0, 0, 0);
        emit OracleRegistered(key, msg.sender);
        _stake(key, bond, amount);
    }

    function addStake(address key, uint96 amount) external onlyOperator(key) {
        if (amount == 0) revert ZeroAmount();
        _stake(key, _bonds[key], amount);
    }

    function requestUnbonding(address key, uint96 amount) external onlyOperator(key) {
        Bond storage bond = _bonds[key];
        if (amount == 0) revert ZeroAmount();
        if (bond.availableAt != 0) revert UnbondingPending(key, bond.unbonding, bond.availableAt);
        if (amount > bond.staked) revert StakeTooSmall(bond.staked, amount);
        uint96 left = bond.staked - amount;
        if (left < BOND_MIN && _isSeatedNow(key)) revert StillSeated(key, left, BOND_MIN);
        // Whoever came back a moment ago stays until no draw remembers the time before: two changes are all it knows.
        uint256 staysUntil = uint256(bond.standsFrom) + ANSWERS_AFTER_S;
        if (left < BOND_MIN && bond.stoodFrom != 0 && block.timestamp <= staysUntil) {
            revert TooEarly(block.timestamp, staysUntil + 1);
        }
        bond.unbonding = amount;
        bond.availableAt = uint40(block.timestamp) + UNBONDING_DELAY_S;
        _noteStanding(bond);
        emit OracleUnbonding(key, amount, bond.availableAt);
    }

    function cancelUnbonding(address key) external onlyOperator(key) {
        Bond storage bond = _bonds[key];
        if (bond.availableAt == 0) revert NothingUnbonding(key);
        emit OracleUnbondingCancelled(key, bond.unbonding);
        bond.unbonding = 0;
        bond.availableAt = 0;
        _noteStanding(bond);
    }

    /// @dev A key that was rotated in meanwhile keeps bondMin, too: else stake asked back before would leave while the
    /// key signs.
    function withdraw(address key) external onlyOperator(key) {
        Bond storage bond = _bonds[key];
        if (bond.availableAt == 0) revert NothingUnbonding(key);
        if (block.timestamp < bond.availableAt) revert TooEarly(block.timestamp, bond.availableAt);
        uint96 amount = bond.unbonding;
        uint96 left = bond.staked - amount;
        if (left < BOND_MIN && _isSeatedNow(key)) revert StillSeated(key, left, BOND_MIN);
        bond.staked = left;
        bond.unbonding = 0;
        bond.availableAt = 0;
        if (left == 0) _forget(bond);
        emit OracleUnstaked(key, amount, left);
        ITokenVault(vault).giveCredit(msg.sender, amount);
    }

    function resign(address key) external onlyOperator(key) {
        if (!_isSeatedNow(key)) revert NotSeated(key);
        emit OracleResigned(key);
        IOracleCommittee(committee).removeKey(key);
    }

    function dropUnbonded(address key) external {
        if (block.timestamp < BONDED_FROM) revert TooEarly(block.timestamp, BONDED_FROM);
        if (!_isSeatedNow(key)) revert NotSeated(key);
        uint96 staked = activeStakeOf(key);
        if (staked >= BOND_MIN) revert EnoughStake(key, staked, BOND_MIN);
        uint256 mendsUntil = uint256(_penalisedAt[key]) + BOND_GRACE_S;
        if (_penalisedAt[key] != 0 && block.timestamp < mendsUntil) revert TooEarly(block.timestamp, mendsUntil);
        emit OracleDropped(key, staked);
        IOracleCommittee(committee).removeKey(key);
    }

    function penalise(address key, uint96 amount) external {
        if (msg.sender != panelDraw) revert NotPanelDraw(msg.sender, panelDraw);
        Bond storage bond = _bonds[key];
        uint96 taken = bond.staked < amount ? bond.staked : amount;
        if (taken == 0) return;
        bond.staked -= taken;
        if (bond.unbonding > bond.staked) bond.unbonding = bond.staked;
        if (bond.unbonding == 0) bond.availableAt = 0;
        _noteStanding(bond);
        _penalisedAt[key] = uint40(block.timestamp);
        emit OraclePenalised(key, taken);
        ITokenVault(vault).burn(taken);
    }

    /// @dev Takes everything that answers, unbonding included.
    function _takeAll(address key) internal returns (uint96 taken) {
        Bond storage bond = _bonds[key];
        taken = bond.staked;
        bond.staked = 0;
        bond.unbonding = 0;
        bond.availableAt = 0;
        if (bond.place != 0) _forget(bond);
        bond.punished = true;
    }

    function _isSeatedNow(address key) internal view returns (bool) {
        IOracleCommittee asked = IOracleCommittee(committee);
        return asked.isSeated(asked.currentEpoch(), key) && !asked.isRemoved(key);
    }

    function _stake(address key, Bond storage bond, uint96 amount) private {
        uint256 staked = uint256(bond.staked) + amount;
        if (staked > type(uint96).max) revert StakeTooLarge(staked, type(uint96).max);
        bond.staked = uint96(staked);
        _noteStanding(bond);
        emit OracleStaked(key, amount, uint96(staked));
        ITokenVault(vault).takeCredit(msg.sender, amount);
    }

    function _takePlace(address key) private returns (uint16 place) {
        uint256 free = _freePlaces.length;
        if (free == 0) {
            _keys.push(key);
            return uint16(_keys.length);
        }
        place = _freePlaces[free - 1];
        _freePlaces.pop();
        _keys[place - 1] = key;
    }

    function _forget(Bond storage bond) private {
        uint16 place = bond.place;
        _keys[place - 1] = address(0);
        _freePlaces.push(place);
        bond.operator = address(0);
        bond.place = 0;
    }

    /// @dev After every change of what a key has staked and not asked back.
    function _noteStanding(Bond storage bond) private {
        bool stands = bond.staked - bond.unbonding >= BOND_MIN;
        if (stands == (bond.standsFrom != 0)) return;
        if (stands) {
            bond.standsFrom = uint32(block.timestamp);
        } else {
            (bond.stoodFrom, bond.stoodUntil, bond.standsFrom) = (bond.standsFrom, uint32(block.timestamp), 0);
        }
    }
}
