// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CreditDeposit, Payment} from "../interfaces/AssayTypes.sol";
import {IERC3009} from "../interfaces/IERC3009.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

/// @title TokenVault: documented on its interface, ITokenVault
contract TokenVault is ITokenVault, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 private constant SIGNATURE_BYTES = 65;

    address public immutable token;
    address public immutable stake;
    address public immutable market;
    address public immutable settlement;

    mapping(address account => uint256) public creditOf;
    mapping(address module => uint256) public ledgerOf;
    uint256 public burned;

    modifier onlyModule() {
        if (!_isModule(msg.sender)) revert NotModule(msg.sender);
        _;
    }

    constructor(address token_, address stake_, address market_, address settlement_) {
        if (token_ == address(0) || stake_ == address(0) || market_ == address(0) || settlement_ == address(0)) {
            revert ZeroAddress();
        }
        token = token_;
        stake = stake_;
        market = market_;
        settlement = settlement_;
    }

    function domainSeparator() external view returns (bytes32) {
        return AssayHash.domainOf(address(this));
    }

    function deposit(uint256 amount) external nonReentrant {
        if (amount == 0) revert NothingToMove();
        creditOf[msg.sender] += amount;
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        _requireReceived(before, amount);
        emit Deposited(msg.sender, amount);
    }

    function depositWithAuthorization(address account, uint96 amount, uint64 salt, Payment calldata payment)
        external
        nonReentrant
    {
        bytes32 structHash = AssayHash.hash(CreditDeposit(account, amount, salt));
        creditOf[account] += amount;
        _receiveAuthorised(address(this), structHash, account, amount, payment);
        emit Deposited(account, amount);
    }

    function withdraw(address to, uint256 amount) external nonReentrant {
        if (to == address(0)) revert ZeroAddress();
        if (amount == 0) revert NothingToMove();
        _subtractCredit(msg.sender, amount);
        emit Withdrawn(msg.sender, to, amount);
        IERC20(token).safeTransfer(to, amount);
    }

    function collect(bytes32 structHash, address from, uint256 amount, Payment calldata payment)
        external
        onlyModule
        nonReentrant
    {
        ledgerOf[msg.sender] += amount;
        bytes32 nonce = _receiveAuthorised(msg.sender, structHash, from, amount, payment);
        emit Collected(msg.sender, from, nonce, amount);
    }

    function takeCredit(address account, uint256 amount) external onlyModule {
        _subtractCredit(account, amount);
        ledgerOf[msg.sender] += amount;
        emit CreditTaken(msg.sender, account, amount);
    }

    function giveCredit(address account, uint256 amount) external onlyModule {
        if (account == address(0)) revert ZeroAddress();
        _subtractLedger(amount);
        creditOf[account] += amount;
        emit CreditGiven(msg.sender, account, amount);
    }

    function moveLedger(address to, uint256 amount) external onlyModule {
        if (!_isModule(to)) revert NotModule(to);
        _subtractLedger(amount);
        ledgerOf[to] += amount;
        emit LedgerMoved(msg.sender, to, amount);
    }

    function burn(uint256 amount) external onlyModule {
        _subtractLedger(amount);
        burned += amount;
        emit Burned(msg.sender, amount);
    }

    function _isModule(address account) private view returns (bool) {
        return account == market || account == settlement || account == stake;
    }

    function _subtractCredit(address account, uint256 amount) private {
        uint256 credit = creditOf[account];
        if (credit < amount) revert CreditTooSmall(account, credit, amount);
        creditOf[account] = credit - amount;
    }

    function _subtractLedger(uint256 amount) private {
        uint256 ledger = ledgerOf[msg.sender];
        if (ledger < amount) revert LedgerTooSmall(msg.sender, ledger, amount);
        ledgerOf[msg.sender] = ledger - amount;
    }

    /// @dev No try/catch, and no look at authorizationState: a used authorisation may just as well be a cancelled one.
    function _receiveAuthorised(
        address domain,
        bytes32 structHash,
        address from,
        uint256 amount,
        Payment calldata payment
    ) private returns (bytes32 nonce) {
        if (amount == 0) revert NothingToMove();
        bytes calldata signature = payment.signature;
        if (signature.length != SIGNATURE_BYTES) revert WrongSignatureLength(signature.length, SIGNATURE_BYTES);
        nonce = MessageHashUtils.toTypedDataHash(AssayHash.domainOf(domain), structHash);
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC3009(token)
            .receiveWithAuthorization(
                from,
                address(this),
                amount,
                payment.validAfter,
                payment.validBefore,
                nonce,
                uint8(signature[64]),
                bytes32(signature[0:32]),
                bytes32(signature[32:64])
            );
        _requireReceived(before, amount);
    }

    /// @dev Exactly: so neither a fee on transfer nor money that enters on another way meanwhile is ever credited.
    function _requireReceived(uint256 before, uint256 amount) private view {
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        if (received != amount) revert WrongAmountReceived(received, amount);
    }
}
